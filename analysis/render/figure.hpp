#pragma once
// One number of a table alone, for scripts.
#include <string>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// The value at `row` (a first cell) and `column` (a name, with or without its unit), with the digits that
/// the table shows and without its interval; of a count of a whole, the count. BadOption when the table has
/// no such row or column, with those it has; BadInput when nothing was measured there.
std::string figure(const Table& table, const std::string& row, const std::string& column);

}  // namespace srl::analysis
