#include <algorithm>
#include <limits>

#include "analysis/plot/axis.hpp"
#include "analysis/plot/plots.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// A line as it is drawn.
struct DrawnLine {
  std::vector<std::vector<Point>> pieces;
  std::vector<Point> lowest, highest;  ///< of each bin; empty when every point is drawn
};

/// All lines of a plot together have about this many points, so that no run makes a page large.
constexpr std::size_t points_of_plot = 1500;

std::vector<Point> all_points(const PlotLine& line) {
  std::vector<Point> points;
  for (const auto& piece : line.pieces) { points.insert(points.end(), piece.begin(), piece.end()); }
  return points;
}

DrawnLine drawn(const PlotLine& line, std::size_t most) {
  const std::vector<Point> points = all_points(line);
  if (points.size() <= most) { return {line.pieces, {}, {}}; }
  DrawnLine result;
  std::vector<Point>& means = result.pieces.emplace_back();
  for (std::size_t bin = 0; bin < most; ++bin) {
    const std::size_t begin = bin * points.size() / most, end = (bin + 1) * points.size() / most;
    Point sum, low{0, points[begin].y}, high = low;
    for (std::size_t i = begin; i < end; ++i) {
      sum.x += points[i].x;
      sum.y += points[i].y;
      low.y = std::min(low.y, points[i].y);
      high.y = std::max(high.y, points[i].y);
    }
    const double count = static_cast<double>(end - begin);
    means.push_back({sum.x / count, sum.y / count});
    low.x = high.x = means.back().x;
    result.lowest.push_back(low);
    result.highest.push_back(high);
  }
  return result;
}

void draw(Svg& svg, const Frame& frame, const DrawnLine& line, const Look& look) {
  const auto placed = [&](const std::vector<Point>& points) {
    std::vector<Point> result;
    for (const Point& point : points) { result.push_back(frame.at(point.x, point.y)); }
    return result;
  };
  if (!line.lowest.empty()) {
    std::vector<Point> corners = placed(line.highest);
    const std::vector<Point> back = placed(line.lowest);
    corners.insert(corners.end(), back.rbegin(), back.rend());
    svg.area(corners, cat("band f", look.colour));
  }
  for (const auto& piece : line.pieces) {
    const std::vector<Point> points = placed(piece);
    if (points.size() == 1) {
      svg.dot(points[0], 2.5, cat("f", look.colour));
    } else if (!points.empty()) {
      svg.path(points, style_of(look));
    }
  }
}

}  // namespace

std::string line_drawing(const LinePlot& plot) {
  constexpr double far = std::numeric_limits<double>::infinity();
  Point low{far, far}, high{-far, -far};
  for (const PlotLine& line : plot.lines) {
    for (const Point& point : all_points(line)) {
      low = {std::min(low.x, point.x), std::min(low.y, point.y)};
      high = {std::max(high.x, point.x), std::max(high.y, point.y)};
    }
  }
  if (low.x > high.x) { return ""; }
  Svg svg(plot_width, plot_height, plot.title);
  const Frame frame(svg, tight_axis(low.x, high.x, 6), round_axis(low.y, high.y, 6), plot.x_name);
  const std::size_t most = std::clamp<std::size_t>(points_of_plot / plot.lines.size(), 24, 150);
  for (const PlotLine& line : plot.lines) { draw(svg, frame, drawn(line, most), line.look); }
  return svg.take();
}

std::string line_plot(const LinePlot& plot) {
  const std::string drawing = line_drawing(plot);
  return drawing.empty() ? ""
                         : cat("<figure><figcaption>", escaped(plot.title), "</figcaption>\n", drawing, "\n",
                               legend(plot.legend), "</figure>\n");
}

}  // namespace srl::analysis
