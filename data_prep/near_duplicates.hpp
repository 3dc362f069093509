#pragma once
// Groups of near-duplicate questions, so that validation never holds a question that is trained on in other words (METHOD 2.2).
#include <cstdint>
#include <string>
#include <vector>

namespace srl::data_prep {

/// NFKC, lower case, white space collapsed to single spaces and trimmed (METHOD 2.2).
std::string normalised_question(const std::string& question);

/// Group number of each question, numbered by first appearance. Two questions share a group when their normalised forms are equal, or the Jaccard
/// similarity of their sets of 3-word shingles is at least 0.7 (candidates from MinHash bands; Broder 1997). Transitive.
std::vector<std::int64_t> near_duplicate_groups(const std::vector<std::string>& normalised);

}  // namespace srl::data_prep
