#pragma once
// Axes with round ticks, and the frame of a plot.
#include <string>
#include <vector>

#include "analysis/plot/svg.hpp"

namespace srl::analysis {

struct Axis {
  double low = 0, high = 1;  ///< low < high
  std::vector<double> ticks;
  std::vector<std::string> labels;  ///< one per tick
};

/// An axis from at most `low` to at least `high`, whose ends and ticks are multiples of 1, 2 or 5 times a
/// power of ten. It has at most `most` ticks (at least 2). Equal ends, such as those of one value, are moved
/// apart.
Axis round_axis(double low, double high, int most);
/// The same, but the axis ends where the data ends.
Axis tight_axis(double low, double high, int most);

/// A plot's area and its two axes, drawn with ticks, labels and thin lines across.
class Frame {
 public:
  /// `x_name` is below the axis of x.
  Frame(Svg& svg, Axis x, Axis y, const std::string& x_name);
  Point at(double x, double y) const;
  double bottom() const { return bottom_; }

 private:
  double left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;
  Axis x_, y_;
};

inline constexpr double plot_width = 340, plot_height = 190;

}  // namespace srl::analysis
