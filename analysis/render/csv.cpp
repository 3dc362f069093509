#include "analysis/render/block_order.hpp"
#include "analysis/render/cell_text.hpp"
#include "analysis/render/render.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// RFC 4180: a cell with a comma, a quote or a line end is put in quotes, and its quotes are doubled.
std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"\n") == std::string::npos) { return cell; }
  std::string text = "\"";
  for (const char c : cell) { text += c == '"' ? std::string("\"\"") : std::string(1, c); }
  return text + "\"";
}

std::string comma_lines(const Table& table) {
  std::string text;
  for (auto& line : texts_of(table)) {
    for (std::string& cell : line) { cell = quoted(cell); }
    text += join(line, ",") + "\n";
  }
  return text;
}

}  // namespace

std::string render_csv(const Document& document) {
  return blocks_in_order(document, comma_lines);
}

}  // namespace srl::analysis
