#include <algorithm>

#include "analysis/render/block_order.hpp"
#include "analysis/render/cell_text.hpp"
#include "analysis/render/render.hpp"

namespace srl::analysis {
namespace {

std::string aligned(const Table& table) {
  const auto lines = texts_of(table);
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) { widths[c] = std::max(widths[c], line[c].size()); }
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) {
      text += line[c];
      if (c + 1 < line.size()) { text += std::string(widths[c] - line[c].size() + 2, ' '); }
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string render_text(const Document& document) {
  return blocks_in_order(document, {.table = aligned});
}

}  // namespace srl::analysis
