#pragma once
// Finds nearly equal questions (docs/method.md, "Hold-out"): bands of MinHashes (Broder 1997) give
// candidates, and the Jaccard similarity of their sets of 3-word shingles decides. Questions are given as
// text::normalised_question returns them.
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace srl::data_prep {

/// Hashes of the 3-word shingles, sorted and unique. A question of fewer than 3 words is one shingle.
using Shingles = std::vector<std::uint64_t>;
Shingles shingles_of(std::string_view normalised);

/// The low halves of 24 MinHashes of the shingles. The probability that a hash of two questions agrees is
/// their Jaccard similarity.
constexpr std::size_t band_count = 8, rows_per_band = 3;
using Sketch = std::array<std::uint16_t, band_count * rows_per_band>;
Sketch sketch_of(std::string_view normalised);
/// Hash of one band, which is three MinHashes. Two questions are candidates when they agree in at least one
/// band.
std::uint32_t band_of(const Sketch& sketch, std::size_t band);
/// Whether at least 12 hashes agree. All but 6 in 1000 candidates of similarity 0.7 pass, and nearly all of a
/// higher similarity.
bool may_be_nearly_same(const Sketch& a, const Sketch& b);

/// Jaccard similarity at least 0.7.
bool nearly_same(const Shingles& a, const Shingles& b);

}  // namespace srl::data_prep
