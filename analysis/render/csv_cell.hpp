#pragma once
#include <string>

namespace srl::analysis {

/// RFC 4180: a cell with a comma, a quote or a line end is put in quotes, and its quotes are doubled. So is
/// one that begins like a remark, with #.
std::string csv_cell(const std::string& text);

}  // namespace srl::analysis
