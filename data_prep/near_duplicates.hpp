#pragma once
// Questions that are nearly the same (METHOD 2.2): candidates by MinHash bands (Broder 1997), decided by the Jaccard similarity of their sets of
// 3-word shingles.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace srl::data_prep {

/// NFKC, lower case, white space collapsed to single spaces and trimmed (METHOD 2.2).
std::string normalised_question(std::string_view question);

/// Hashes of the 3-word shingles, sorted and unique; a shorter question is one shingle.
using Shingles = std::vector<std::uint64_t>;
Shingles shingles_of(std::string_view normalised);

constexpr std::size_t band_count = 8;
/// Two questions are candidates when they agree in one of the bands.
std::array<std::uint32_t, band_count> bands_of(std::string_view normalised);

/// Jaccard similarity at least 0.7.
bool nearly_same(const Shingles& a, const Shingles& b);

}  // namespace srl::data_prep
