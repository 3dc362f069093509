#include <algorithm>

#include "analysis/plot/axis.hpp"
#include "analysis/plot/plots.hpp"
#include "base/strings.hpp"

namespace srl::analysis {

std::string interval_plot(const IntervalPlot& plot) {
  if (plot.rows.empty()) { return ""; }
  constexpr double row_height = 20, left = 34, right = plot_width - 22, top = 6;
  double low = plot.rows[0].value, high = low;
  for (const IntervalRow& row : plot.rows) {
    low = std::min({low, row.value, row.interval.low});
    high = std::max({high, row.value, row.interval.high});
  }
  const Axis axis = round_axis(low, high, 6);
  const double bottom = top + row_height * static_cast<double>(plot.rows.size());
  const auto place = [&](double x) {
    return left + (right - left) * (x - axis.low) / (axis.high - axis.low);
  };
  Svg svg(plot_width, bottom + 42, plot.title);
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    const double x = place(axis.ticks[i]);
    svg.line({x, top}, {x, bottom + 4}, "grid");
    svg.text({x, bottom + 21}, "middle", axis.labels[i]);
  }
  svg.line({left, bottom}, {right, bottom}, "axis");
  svg.text({(left + right) / 2, bottom + 38}, "middle", plot.x_name);
  for (std::size_t r = 0; r < plot.rows.size(); ++r) {
    const IntervalRow& row = plot.rows[r];
    const double y = top + row_height * (static_cast<double>(r) + 0.5);
    svg.text({left - 8, y + 4}, "end", cat(row.number));
    svg.line({place(row.interval.low), y}, {place(row.interval.high), y}, "line c0");
    svg.dot({place(row.value), y}, 4, "f0");
  }
  return cat("<figure><figcaption>", escaped(plot.title), "</figcaption>\n", svg.take(), "</figure>\n");
}

}  // namespace srl::analysis
