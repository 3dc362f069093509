#pragma once
// Marks that say whether a solution, or a step of it, is right (docs/data-preparation.md, "Marks").
#include <cstdint>
#include <string>
#include <vector>

#include "data_prep/row/row_fields.hpp"

namespace srl::data_prep {

enum class Mark { none, right, wrong, unknown };

/// Only known words, true, false, 1, 0 and -1 are marks, and lists of them: one wrong element is wrong. A
/// letter, another number or an object is `unknown`.
Mark mark_of(const Json& value);
/// ProcessBench's mark: the number of the first wrong step, or -1.
Mark mark_of_first_error(const Json& value);

struct MarkField {
  std::string name;
  std::uint64_t beginning = 0;  ///< RowFields::beginning of the name
};
/// Fields that mark a solution in any row, besides those of a preset.
const std::vector<MarkField>& honoured_mark_fields();
/// Fields that may be marks but are not read as such. The report names them when they are there.
const std::vector<MarkField>& other_mark_fields();

/// The first element that a list of marks calls right; the number of elements when there is none.
std::size_t first_right(const Json& marks);

}  // namespace srl::data_prep
