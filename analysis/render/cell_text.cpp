#include "analysis/render/cell_text.hpp"

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

struct CellText {
  std::string operator()(const Absent&) const { return "-"; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const Number& number) const { return fixed(number.value, number.digits); }
  std::string operator()(const Estimate& e) const {
    return cat(fixed(e.value, e.digits), " [", fixed(e.interval.low, e.digits), ", ",
               fixed(e.interval.high, e.digits), "]");
  }
  std::string operator()(const Count& count) const { return std::to_string(count.value); }
  std::string operator()(const CountOf& count) const { return cat(count.part, " of ", count.whole); }
  std::string operator()(const PValue& p) const { return p.value < 0.0001 ? "<0.0001" : fixed(p.value, 4); }
};

}  // namespace

std::string heading_text(const Column& column) {
  std::string text = column.name;
  if (!column.unit.empty()) { text += " " + column.unit; }
  if (!column.interval.empty()) { text += " [" + column.interval + "]"; }
  return text;
}

std::string cell_text(const Cell& cell) {
  return std::visit(CellText{}, cell);
}

std::vector<std::vector<std::string>> texts_of(const Table& table) {
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : table.columns) { lines[0].push_back(heading_text(column)); }
  for (const auto& row : table.rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const Cell& cell : row) { line.push_back(cell_text(cell)); }
  }
  return lines;
}

}  // namespace srl::analysis
