#pragma once
// The order and spacing of blocks, the same in every text format.
#include <functional>
#include <string>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// Renders all blocks in order; `table` renders a table, with a line end. Each prose or note is one line.
/// Within a section, blank lines separate a table from its neighbours, and a blank line follows a curve.
/// There is no blank line between sections.
std::string blocks_in_order(const Document& document, const std::function<std::string(const Table&)>& table);

}  // namespace srl::analysis
