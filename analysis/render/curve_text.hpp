#pragma once
// Renders a curve as a few lines of text.
#include <string>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// The title, the names of the series, and one line per point. Shows at most `points` points, evenly spaced,
/// first and last included. Columns are right-aligned.
std::string curve_text(const Curve& curve, int points = 12);

}  // namespace srl::analysis
