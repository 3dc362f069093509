#include "analysis/render/block_order.hpp"
#include "analysis/render/cell_text.hpp"
#include "analysis/render/render.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::string pipe_table(const Table& table) {
  std::string text, rule = "|";
  for (std::size_t c = 0; c < table.columns.size(); ++c) { rule += "---|"; }
  for (const auto& line : texts_of(table)) {
    const bool headings = text.empty();
    text += "| " + join(line, " | ") + " |\n";
    if (headings) { text += rule + "\n"; }
  }
  return text;
}

}  // namespace

std::string render_markdown(const Document& document) {
  return blocks_in_order(document, pipe_table);
}

}  // namespace srl::analysis
