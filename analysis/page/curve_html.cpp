#include <cmath>
#include <map>

#include "analysis/page/html.hpp"
#include "analysis/plot/plots.hpp"
#include "analysis/render/curve_table.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

constexpr std::size_t most_lines = look_colours * look_dashes;

/// The points of one line of a series. A gap is where nothing was measured.
std::vector<std::vector<Point>> pieces_of(const Curve& curve, const Series& series, std::size_t line) {
  std::vector<std::vector<Point>> pieces;
  bool gap = true;
  const std::size_t first = lines_of(curve)[line].first;
  for (std::size_t p = first; p < end_of(curve, line); ++p) {
    const auto &x = curve.x.values[p], &y = series.values[p];
    const bool drawn = x && y && std::isfinite(*x) && std::isfinite(*y);
    if (drawn && gap) { pieces.emplace_back(); }
    if (drawn) { pieces.back().push_back({*x, *y}); }
    gap = !drawn;
  }
  return pieces;
}

/// Several series in one plot. Colours tell runs apart and dashes series; where there is one run, colours
/// tell series apart.
std::string plot_of(const Curve& curve, const std::string& title, const std::vector<const Series*>& series) {
  LinePlot plot{title, curve.x.name, {}, {}};
  const std::size_t lines = std::min(lines_of(curve).size(), most_lines);
  for (std::size_t s = 0; s < series.size(); ++s) {
    const auto look = [&](std::size_t line) {
      if (series.size() == 1) { return look_of(line); }
      return lines == 1 ? look_of(s) : Look{look_of(line).colour, static_cast<int>(s % look_dashes)};
    };
    for (std::size_t line = 0; line < lines; ++line) {
      plot.lines.push_back({look(line), pieces_of(curve, *series[s], line)});
    }
    if (series.size() > 1) { plot.legend.push_back({look(0), series[s]->name}); }
  }
  return line_plot(plot);
}

/// The series by the plot that they share, in order of first appearance.
std::vector<std::pair<std::string, std::vector<const Series*>>> shared_plots(const Curve& curve) {
  std::vector<std::pair<std::string, std::vector<const Series*>>> shared;
  std::map<std::string, std::size_t> sizes, places;
  for (const Series& series : curve.series) { ++sizes[series.plot]; }
  for (const Series& series : curve.series) {
    // Dashes tell four series apart.
    const bool alone =
        series.plot.empty() || (sizes[series.plot] > look_dashes && lines_of(curve).size() > 1);
    if (alone) {
      shared.push_back({series.name, {&series}});
      continue;
    }
    const auto [place, first] = places.emplace(series.plot, shared.size());
    if (first) { shared.push_back({series.plot, {}}); }
    shared[place->second].second.push_back(&series);
  }
  return shared;
}

}  // namespace

std::string html_of(const Curve& curve) {
  std::string html = cat("<h3>", escaped(curve.title), "</h3>\n");
  const std::vector<Line> lines = lines_of(curve);
  std::vector<LegendEntry> entries;
  for (std::size_t line = 0; line < lines.size() && line < most_lines; ++line) {
    if (!lines[line].name.empty()) { entries.push_back({look_of(line), lines[line].name}); }
  }
  html += legend(entries);
  if (lines.size() > most_lines) {
    html += paragraph(cat("The first ", most_lines, " of ", lines.size(), " lines are drawn."), "note");
  }
  std::string figures;
  for (const auto& [title, series] : shared_plots(curve)) { figures += plot_of(curve, title, series); }
  return html + plots(figures) + details("Some of the values", html_of(table_of(curve, 12)));
}

}  // namespace srl::analysis
