#pragma once
// What the report says about rows beside the reasons why rows were not kept.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace srl::data_prep {

/// A set of notices, one bit each.
using Notices = std::uint64_t;

/// The row has final answers but no steps; it is kept for rewards by the final answer.
Notices outcome_only();
/// The row is a single instance: a prompt and the expert's next action.
Notices single_instance();
/// A chat has more than one exchange; the first one was used.
Notices exchanges_left_out();
/// A thought was taken out of the solution and kept as reasoning.
Notices thought_taken();
/// A field that may mark a solution as wrong was not used.
Notices mark_not_used(std::string_view field);

/// Texts of the notices for the report, with the number of rows of each.
std::map<std::string, std::int64_t> texts_of(const std::map<unsigned, std::int64_t>& rows_by_bit);

}  // namespace srl::data_prep
