#include "analysis/plot/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// At the size of the plots' text a digit is at most this wide.
constexpr double character_width = 7.2;

std::string tick_text(double value, double step, double largest) {
  if (value == 0) { return "0"; }
  std::array<char, 40> text{};
  if (largest >= 1e6 || step < 1e-4) {
    // As many digits as tell neighbouring ticks apart.
    const int digits = static_cast<int>(std::ceil(std::log10(largest / step) - 1e-9)) + 1;
    std::snprintf(text.data(), text.size(), "%.*g", std::clamp(digits, 3, 15), value);
    return text.data();
  }
  const int digits = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  return fixed(value, digits);
}

/// The smallest step of 1, 2 or 5 times a power of ten that makes at most `most` ticks.
double round_step(double low, double high, int most) {
  double power = std::pow(10.0, std::floor(std::log10((high - low) / most)));
  while (true) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double step = factor * power;
      const double ticks = std::ceil(high / step - 1e-9) - std::floor(low / step + 1e-9) + 1;
      if (ticks <= most) { return step; }
    }
    power *= 10;
  }
}

void move_apart(double& low, double& high) {
  if (high - low > 1e-12 * std::max(std::abs(low), std::abs(high))) { return; }
  if (low == 0) {
    high = 1;
    return;
  }
  const double half = 0.05 * std::abs(low);
  low -= half;
  high += half;
}

Axis axis_with(double low, double high, double first, double last, double step) {
  Axis axis{low, high, {}, {}};
  const double largest = std::max(std::abs(first), std::abs(last)) * step;
  for (double k = first; k <= last + 0.5; ++k) {
    axis.ticks.push_back(k * step);
    axis.labels.push_back(tick_text(k * step, step, largest));
  }
  return axis;
}

}  // namespace

Axis round_axis(double low, double high, int most) {
  move_apart(low, high);
  const double step = round_step(low, high, std::max(most, 2));
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  return axis_with(first * step, last * step, first, last, step);
}

Axis tight_axis(double low, double high, int most) {
  move_apart(low, high);
  const double step = round_step(low, high, std::max(most, 2));
  return axis_with(low, high, std::ceil(low / step - 1e-9), std::floor(high / step + 1e-9), step);
}

Frame::Frame(Svg& svg, Axis x, Axis y, const std::string& x_name) : x_(std::move(x)), y_(std::move(y)) {
  std::size_t widest = 1;
  for (const std::string& label : y_.labels) { widest = std::max(widest, label.size()); }
  std::size_t last = 1;
  for (const std::string& label : x_.labels) { last = std::max(last, label.size()); }
  left_ = 10 + character_width * static_cast<double>(widest);
  right_ = plot_width - 6 - character_width / 2 * static_cast<double>(last);
  top_ = 10;
  bottom_ = plot_height - 42;
  for (std::size_t i = 0; i < y_.ticks.size(); ++i) {
    const double height = at(x_.low, y_.ticks[i]).y;
    svg.line({left_, height}, {right_, height}, "grid");
    svg.text({left_ - 6, height + 4}, "end", y_.labels[i]);
  }
  for (std::size_t i = 0; i < x_.ticks.size(); ++i) {
    const double place = at(x_.ticks[i], y_.low).x;
    svg.line({place, bottom_}, {place, bottom_ + 4}, "axis");
    svg.text({place, bottom_ + 21}, "middle", x_.labels[i]);
  }
  svg.line({left_, bottom_}, {right_, bottom_}, "axis");
  svg.text({(left_ + right_) / 2, plot_height - 4}, "middle", x_name);
}

Point Frame::at(double x, double y) const {
  return {left_ + (right_ - left_) * (x - x_.low) / (x_.high - x_.low),
          bottom_ - (bottom_ - top_) * (y - y_.low) / (y_.high - y_.low)};
}

}  // namespace srl::analysis
