#pragma once
// A curve as a table, which each format renders like any other.
#include "analysis/document/document.hpp"

namespace srl::analysis {

/// One row per point: the line's name where the curve has lines, x, and the series. Shows at most `points`
/// points of each line, evenly spaced, first and last included; 0 = all.
Table table_of(const Curve& curve, std::size_t points);

/// The lines of a curve; one without a name when it names none.
std::vector<Line> lines_of(const Curve& curve);
/// The point after the last one of line `line`.
std::size_t end_of(const Curve& curve, std::size_t line);

}  // namespace srl::analysis
