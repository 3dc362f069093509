#pragma once
#include <cstdint>
#include <vector>

#include "data_prep/outcome.hpp"

namespace srl::data_prep {

/// Drops every kept row whose question and steps equal an earlier one's ("exact_duplicate"). Returns how many.
std::int64_t drop_exact_duplicates(std::vector<Outcome>& outcomes);

/// Marks validation (METHOD 2.2): near-duplicate questions are grouped; the `questions` groups with the smallest xxh3_64(seed) of a normalised
/// question go to validation whole. Does not depend on the order or number of other rows.
void hold_out(std::vector<Outcome>& outcomes, std::int64_t questions, std::uint64_t seed);

}  // namespace srl::data_prep
