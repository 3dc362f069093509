#pragma once
// Lines of cells as text; the first line holds the titles.
#include <string>
#include <vector>

#include "analysis/options.hpp"
namespace srl::analysis {

/// format: "text" (aligned for a terminal), "markdown", "csv".
std::string render_lines(const std::vector<std::vector<std::string>>& lines, ReportFormat format);

}  // namespace srl::analysis
