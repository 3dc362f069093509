#pragma once
// The order and spacing of blocks, the same in every text format.
#include <functional>
#include <string>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// What differs between the text formats.
struct TextForm {
  std::function<std::string(const Table&)> table;  ///< with a line end
  std::size_t points = 12;       ///< shown of each line of a curve; 0 = all, and all rows of tables
  std::string before_line = {};  ///< begins the lines that are not rows
  std::string after_title = {};  ///< between the title of a curve and its table
};

/// Renders all blocks in order. Each prose or note is one line. A curve is its title and a table. Blank
/// lines separate tables from their neighbours, and sections.
std::string blocks_in_order(const Document& document, const TextForm& form);

}  // namespace srl::analysis
