#pragma once
// Questions that are nearly the same (docs/method.md, "Hold-out"): candidates by bands of MinHashes (Broder
// 1997), decided by the Jaccard similarity of their sets of 3-word shingles.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace srl::data_prep {

/// NFKC, lower case, white space collapsed to single spaces and trimmed.
std::string normalised_question(std::string_view question);

/// Hashes of the 3-word shingles, sorted and unique; a shorter question is one shingle.
using Shingles = std::vector<std::uint64_t>;
Shingles shingles_of(std::string_view normalised);

/// The low halves of 24 MinHashes of the shingles: each agrees with a probability that is the Jaccard
/// similarity.
constexpr std::size_t band_count = 8, rows_a_band = 3;
using Sketch = std::array<std::uint16_t, band_count * rows_a_band>;
Sketch sketch_of(std::string_view normalised);
/// Two questions are candidates when they agree in one of the bands, each of three hashes.
std::uint32_t band_of(const Sketch& sketch, std::size_t band);
/// Whether at least 12 hashes agree: so many do for all but 6 in 1000 candidates of similarity 0.7, and
/// nearly all above.
bool may_be_nearly_same(const Sketch& a, const Sketch& b);

/// Jaccard similarity at least 0.7.
bool nearly_same(const Shingles& a, const Shingles& b);

}  // namespace srl::data_prep
