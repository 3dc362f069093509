#pragma once
// Headings and cells as text, the same in every format that shows text.
#include <string>
#include <vector>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// "greedy % [95%]": name, unit, interval.
std::string heading_text(const Column& column);
/// "-", "srl", "12.3", "12.3 [9.4, 16.1]", "19200", "21 of 2400", "0.0031"; a p-value below 0.0001 is
/// "<0.0001".
std::string cell_text(const Cell& cell);
/// The headings, then the rows.
std::vector<std::vector<std::string>> texts_of(const Table& table);

}  // namespace srl::analysis
