#include "analysis/render/curve_text.hpp"

#include <algorithm>
#include <set>

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::string padded(std::string text) {
  constexpr std::size_t width = 9;
  if (text.size() < width) { text.insert(0, width - text.size(), ' '); }
  return text + "  ";
}

std::string value_text(const Series& series, std::size_t point) {
  const std::optional<double>& value = series.values[point];
  return padded(value ? fixed(*value, series.digits) : "-");
}

/// `points` indices below `count`, evenly spaced.
std::set<std::size_t> evenly_spaced(std::size_t count, int points) {
  std::set<std::size_t> shown;
  const std::size_t wanted = std::min(static_cast<std::size_t>(points), count);
  for (std::size_t i = 0; i < wanted; ++i) { shown.insert(wanted == 1 ? 0 : i * (count - 1) / (wanted - 1)); }
  return shown;
}

}  // namespace

std::string curve_text(const Curve& curve, int points) {
  std::string text = curve.title + "\n" + padded(curve.x.name);
  for (const Series& series : curve.series) { text += padded(series.name); }
  text += '\n';
  for (const std::size_t point : evenly_spaced(curve.x.values.size(), points)) {
    text += value_text(curve.x, point);
    for (const Series& series : curve.series) { text += value_text(series, point); }
    text += '\n';
  }
  return text;
}

}  // namespace srl::analysis
