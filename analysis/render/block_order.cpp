#include "analysis/render/block_order.hpp"

#include "analysis/render/curve_table.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::string block_text(const Block& block, const TextForm& form) {
  const auto line = [&](const std::string& text) { return form.before_line + text + "\n"; };
  if (const auto* prose = std::get_if<Prose>(&block)) { return line(prose->text); }
  if (const auto* note = std::get_if<Note>(&block)) { return line(note->text); }
  if (const auto* curve = std::get_if<Curve>(&block)) {
    return line(curve->title) + form.after_title + form.table(table_of(*curve, form.points));
  }
  const Table& table = std::get<Table>(block);
  if (form.points == 0 || table.rows.size() <= table.text_rows) { return form.table(table); }
  Table first{table.columns, {table.rows.begin(), table.rows.begin() + table.text_rows}};
  return form.table(first) + "\n" +
         line(cat(table.rows.size() - table.text_rows, " more rows; --format csv has all."));
}

bool is_line(const Block& block) {
  return std::holds_alternative<Prose>(block) || std::holds_alternative<Note>(block);
}

}  // namespace

std::string blocks_in_order(const Document& document, const TextForm& form) {
  std::string text;
  for (const Section& section : document.sections) {
    const Block* above = nullptr;
    if (!text.empty() && !section.blocks.empty()) { text += '\n'; }
    for (const Block& block : section.blocks) {
      if (above != nullptr && !(is_line(*above) && is_line(block))) { text += '\n'; }
      text += block_text(block, form);
      above = &block;
    }
  }
  return text;
}

}  // namespace srl::analysis
