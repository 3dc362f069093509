#include "analysis/render/curve_table.hpp"

#include <algorithm>
#include <set>

namespace srl::analysis {
namespace {

/// Points from `first` to before `end`, evenly spaced.
std::set<std::size_t> evenly_spaced(std::size_t first, std::size_t end, std::size_t points) {
  std::set<std::size_t> shown;
  const std::size_t count = end - first;
  const std::size_t wanted = points == 0 ? count : std::min(points, count);
  for (std::size_t i = 0; i < wanted; ++i) {
    shown.insert(first + (wanted == 1 ? 0 : i * (count - 1) / (wanted - 1)));
  }
  return shown;
}

Cell cell_of(const Series& series, std::size_t point) {
  const std::optional<double>& value = series.values[point];
  return value ? Cell(Number{*value, series.digits}) : Absent{};
}

}  // namespace

std::vector<Line> lines_of(const Curve& curve) {
  return curve.lines.empty() ? std::vector<Line>{{"", 0}} : curve.lines;
}

std::size_t end_of(const Curve& curve, std::size_t line) {
  return line + 1 < curve.lines.size() ? curve.lines[line + 1].first : curve.x.values.size();
}

Table table_of(const Curve& curve, std::size_t points) {
  Table table;
  if (!curve.lines.empty()) { table.columns.push_back({"run"}); }
  table.columns.push_back({curve.x.name});
  for (const Series& series : curve.series) { table.columns.push_back({series.name}); }
  const std::vector<Line> lines = lines_of(curve);
  for (std::size_t line = 0; line < lines.size(); ++line) {
    for (const std::size_t point : evenly_spaced(lines[line].first, end_of(curve, line), points)) {
      std::vector<Cell>& row = table.rows.emplace_back();
      if (!curve.lines.empty()) { row.emplace_back(lines[line].name); }
      row.push_back(cell_of(curve.x, point));
      for (const Series& series : curve.series) { row.push_back(cell_of(series, point)); }
    }
  }
  return table;
}

}  // namespace srl::analysis
