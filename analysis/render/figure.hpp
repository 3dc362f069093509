#pragma once
// Prints a single number of a table, for scripts.
#include <string>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// The value at `row` (the text of its first cell) and `column` (a name, with or without its unit), with the
/// digits that the table shows and without its interval; for "21 of 2400", the 21. BadOption lists the names
/// when there is no such row or column. BadInput when nothing was measured there.
std::string figure(const Table& table, const std::string& row, const std::string& column);

}  // namespace srl::analysis
