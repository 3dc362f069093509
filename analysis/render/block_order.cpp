#include "analysis/render/block_order.hpp"

#include "analysis/render/curve_text.hpp"

namespace srl::analysis {
namespace {

std::string block_text(const Block& block, const std::function<std::string(const Table&)>& table) {
  if (const auto* prose = std::get_if<Prose>(&block)) { return prose->text + "\n"; }
  if (const auto* note = std::get_if<Note>(&block)) { return note->text + "\n"; }
  if (const auto* curve = std::get_if<Curve>(&block)) { return curve_text(*curve) + "\n"; }
  return table(std::get<Table>(block));
}

bool is_line(const Block& block) {
  return std::holds_alternative<Prose>(block) || std::holds_alternative<Note>(block);
}

}  // namespace

std::string blocks_in_order(const Document& document, const std::function<std::string(const Table&)>& table) {
  std::string text;
  for (const Section& section : document.sections) {
    const Block* above = nullptr;
    for (const Block& block : section.blocks) {
      const bool apart =
          above != nullptr && !(is_line(*above) && is_line(block)) && !std::holds_alternative<Curve>(*above);
      if (apart) { text += '\n'; }
      text += block_text(block, table);
      above = &block;
    }
  }
  return text;
}

}  // namespace srl::analysis
