#include <algorithm>
#include <cmath>

#include "grading/compare/comparer.hpp"
#include "grading/compare/modular.hpp"
#include "grading/compare/numeric.hpp"
#include "grading/parse/tree_properties.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

// Tolerant: within 1e-4 of the larger (docs/method.md, "Final answers"), plus a tiny amount for the rounding
// of decimals. Exact values: within their error bounds.
bool close(const Approximation& p, const Approximation& q, long double scale, bool tolerant) {
  const long double difference = std::abs(p.value * scale - q.value);
  const long double size = std::max(std::abs(p.value * scale), std::abs(q.value));
  return difference <=
         (tolerant ? 1e-4L * size * (1 + 1e-15L) : 2 * (p.error * scale + q.error) + 1e-17L * size);
}

}  // namespace

Comparison Comparer::expressions(Item x, Item y) {
  const bool variables = has_variables(a_, x.id) || has_variables(b_, y.id);
  const char* const how = variables ? "symbolic" : "number";
  const bool tolerant = !variables && (is_approximate(a_, x.id) || is_approximate(b_, y.id));
  if (const std::optional<bool> exact = exactly_equal(x, y)) {
    if (*exact) { return {Outcome::same, how}; }
    if (!tolerant) {
      return {options_.percent_or_fraction && !variables ? by_hundred(x, y) : Outcome::different, how};
    }
  }
  if (!variables) {
    const auto p = numeric_value(a_, x.id, x.sign, {}, work_), q = numeric_value(b_, y.id, y.sign, {}, work_);
    if (!p || !q) { return {Outcome::undecided, how}; }
    if (close(*p, *q, 1, tolerant)) { return {Outcome::same, how}; }
    return {options_.percent_or_fraction ? by_hundred(x, y) : Outcome::different, how};
  }
  return {at_points(x, y), how};
}

std::optional<bool> Comparer::exactly_equal(Item x, Item y) {
  for (int point = 0; point < modular_points; ++point) {
    const auto p = modular_value(a_, x.id, x.sign, point, work_);
    const auto q = p ? modular_value(b_, y.id, y.sign, point, work_) : std::nullopt;
    if (!p || !q) { return std::nullopt; }
    if (*p != *q) { return false; }
  }
  return true;
}

Outcome Comparer::by_hundred(Item x, Item y) {
  const auto p = numeric_value(a_, x.id, x.sign, {}, work_), q = numeric_value(b_, y.id, y.sign, {}, work_);
  if (!p || !q) { return Outcome::undecided; }
  return outcome(close(*p, *q, 100, true) || close(*q, *p, 100, true));
}

Outcome Comparer::at_points(Item x, Item y) {
  const bool positive = needs_positive(a_, x.id) || needs_positive(b_, y.id);
  const long double scale = std::max(point_scale(a_, x.id), point_scale(b_, y.id));
  int valid = 0;
  for (int number = 0; number < (positive ? limits::points / 2 : limits::points); ++number) {
    const Point point{number, scale};
    const auto p = numeric_value(a_, x.id, x.sign, point, work_),
               q = numeric_value(b_, y.id, y.sign, point, work_);
    if (work_.spent()) { return Outcome::undecided; }
    if (!p || !q) { continue; }
    if (!close(*p, *q, 1, false)) { return Outcome::different; }
    ++valid;
  }
  return valid >= 2 ? Outcome::same : Outcome::undecided;
}

}  // namespace srl::grading
