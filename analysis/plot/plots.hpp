#pragma once
// The kinds of plots of a page. Each is a <figure> with its title above and, where it has a legend of its
// own, the legend below. Long texts are in HTML, which wraps; SVG has only numbers and short names.
#include <optional>
#include <string>
#include <vector>

#include "analysis/measure/statistics.hpp"
#include "analysis/plot/svg.hpp"

namespace srl::analysis {

/// How many different looks there are: colours, and dashes for each colour.
inline constexpr int look_colours = 8, look_dashes = 4;
struct Look {
  int colour = 0, dash = 0;
};
/// The look of line `number` of many.
Look look_of(std::size_t number);
std::string style_of(const Look& look);

struct LegendEntry {
  Look look;
  std::string label;
};
/// A list with a sample of each line; empty for no entries.
std::string legend(const std::vector<LegendEntry>& entries);

struct PlotLine {
  Look look;
  std::vector<std::vector<Point>> pieces;  ///< by x; the line is broken between pieces
};
struct LinePlot {
  std::string title, x_name;
  std::vector<PlotLine> lines;
  std::vector<LegendEntry> legend = {};
};
/// Long lines are shown as means of bins of x, with a band from the smallest to the largest value. Empty when
/// there is no point.
std::string line_plot(const LinePlot& plot);
/// Only the drawing, as an SVG element.
std::string line_drawing(const LinePlot& plot);

struct Bars {
  LegendEntry entry;
  std::vector<double> counts;
};
struct Histogram {
  std::string title, x_name;
  double low = 0, width = 1;  ///< bin i begins at low + i * width
  std::vector<Bars> bars;     ///< drawn over each other, each as shares of its own sum
};
/// Empty when nothing was counted.
std::string histogram(const Histogram& plot);

struct IntervalRow {
  double value = 0;
  Interval interval;
  std::size_t number = 0;  ///< of the row, 1-based; shown beside it
};
struct IntervalPlot {
  std::string title, x_name;
  std::vector<IntervalRow> rows;
};
/// Values with their intervals, one row each. Empty without rows.
std::string interval_plot(const IntervalPlot& plot);

}  // namespace srl::analysis
