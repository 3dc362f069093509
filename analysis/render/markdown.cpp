#include "analysis/render/block_order.hpp"
#include "analysis/render/cell_text.hpp"
#include "analysis/render/render.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// A cell stays in its place: a bar would begin another cell, and a line end another row.
std::string one_cell(const std::string& cell) {
  std::string text;
  for (const char c : cell) {
    if (c == '|') { text += '\\'; }
    text += c == '\n' || c == '\r' ? ' ' : c;
  }
  return text;
}

std::string pipe_table(const Table& table) {
  std::string text, rule = "|";
  for (std::size_t c = 0; c < table.columns.size(); ++c) { rule += "---|"; }
  for (auto& line : texts_of(table)) {
    for (std::string& cell : line) { cell = one_cell(cell); }
    const bool headings = text.empty();
    text += "| " + join(line, " | ") + " |\n";
    if (headings) { text += rule + "\n"; }
  }
  return text;
}

}  // namespace

std::string render_markdown(const Document& document) {
  return blocks_in_order(document, {.table = pipe_table, .after_title = "\n"});
}

}  // namespace srl::analysis
