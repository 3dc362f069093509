#include <array>
#include <cstdio>

#include "analysis/render/block_order.hpp"
#include "analysis/render/cell_text.hpp"
#include "analysis/render/csv_cell.hpp"
#include "analysis/render/render.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// What the cells of a column need: an interval has two more numbers, a part of a whole one more.
struct Width {
  bool interval = false, whole = false;
};

Width width_of(const Table& table, std::size_t column) {
  Width width;
  for (const auto& row : table.rows) {
    width.interval = width.interval || std::holds_alternative<Estimate>(row[column]);
    width.whole = width.whole || std::holds_alternative<CountOf>(row[column]);
  }
  return width;
}

std::string heading(const Column& column) {
  return column.unit.empty() ? column.name : cat(column.name, " ", column.unit);
}

/// The first number of a cell, or its text.
std::string first_text(const Cell& cell) {
  if (std::holds_alternative<Absent>(cell)) { return ""; }
  if (const auto* estimate = std::get_if<Estimate>(&cell)) {
    return fixed(estimate->value, estimate->digits);
  }
  if (const auto* count = std::get_if<CountOf>(&cell)) { return std::to_string(count->part); }
  if (const auto* p = std::get_if<PValue>(&cell)) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", p->value);
    return text.data();
  }
  return cell_text(cell);
}

void append_cell(std::vector<std::string>& line, const Cell& cell, const Width& width) {
  line.push_back(first_text(cell));
  if (width.interval) {
    const auto* estimate = std::get_if<Estimate>(&cell);
    line.push_back(estimate != nullptr ? fixed(estimate->interval.low, estimate->digits) : "");
    line.push_back(estimate != nullptr ? fixed(estimate->interval.high, estimate->digits) : "");
  }
  if (width.whole) {
    const auto* count = std::get_if<CountOf>(&cell);
    line.push_back(count != nullptr ? std::to_string(count->whole) : "");
  }
}

std::string joined(std::vector<std::string> line) {
  for (std::string& cell : line) { cell = csv_cell(cell); }
  return join(line, ",") + "\n";
}

/// One number per cell: the ends of an interval and the whole of a part have columns of their own.
std::string comma_lines(const Table& table) {
  std::vector<Width> widths;
  std::vector<std::string> headings;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Width width = widths.emplace_back(width_of(table, c));
    const std::string name = heading(table.columns[c]);
    headings.push_back(name);
    if (width.interval) { headings.insert(headings.end(), {name + " low", name + " high"}); }
    if (width.whole) { headings.push_back(name + " of"); }
  }
  std::string text = joined(headings);
  for (const auto& row : table.rows) {
    std::vector<std::string> line;
    for (std::size_t c = 0; c < row.size(); ++c) { append_cell(line, row[c], widths[c]); }
    text += joined(line);
  }
  return text;
}

}  // namespace

std::string render_csv(const Document& document) {
  return blocks_in_order(document, {.table = comma_lines, .points = 0, .before_line = "# "});
}

}  // namespace srl::analysis
