#pragma once
// A curve as a few lines for reading.
#include <string>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// The title, the names of the series, and a line per point: at most `points`, evenly spaced, first and last
/// included. Columns are aligned at the right.
std::string curve_text(const Curve& curve, int points = 12);

}  // namespace srl::analysis
