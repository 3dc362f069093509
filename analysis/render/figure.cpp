#include "analysis/render/figure.hpp"

#include <algorithm>

#include "analysis/render/cell_text.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::string row_name(const std::vector<Cell>& row) {
  return cell_text(row.front());
}

const std::vector<Cell>& row_named(const Table& table, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& row : table.rows) {
    if (row_name(row) == name) { return row; }
    names.push_back(row_name(row));
  }
  throw BadOption(cat("--figure: no row '", name, "'; rows: ", join(names, ", ")));
}

std::size_t column_named(const Table& table, const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t c = 1; c < table.columns.size(); ++c) {  // the first holds the names of the rows
    const Column& column = table.columns[c];
    if (name == column.name || name == cat(column.name, " ", column.unit)) { return c; }
    names.push_back(column.name);
  }
  throw BadOption(cat("--figure: no column '", name, "'; columns: ", join(names, ", ")));
}

}  // namespace

std::string figure(const Table& table, const std::string& row, const std::string& column) {
  const Cell& cell = row_named(table, row)[column_named(table, column)];
  if (std::holds_alternative<Absent>(cell)) {
    throw BadInput(cat("--figure: row '", row, "' has no value in column '", column, "'"));
  }
  if (const auto* estimate = std::get_if<Estimate>(&cell)) {
    return fixed(estimate->value, estimate->digits);
  }
  if (const auto* count = std::get_if<CountOf>(&cell)) { return std::to_string(count->part); }
  return cell_text(cell);
}

}  // namespace srl::analysis
