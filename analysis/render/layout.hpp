#pragma once
// The order and the spacing of blocks, the same in every format that is read as lines.
#include <functional>
#include <string>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// All blocks in order; `table` writes a table, with a line end. Within a section a blank line sets a table
/// apart from its neighbours, and each prose or note is a line. A curve is closed by a blank line. Sections
/// follow each other without one.
std::string lay_out(const Document& document, const std::function<std::string(const Table&)>& table);

}  // namespace srl::analysis
