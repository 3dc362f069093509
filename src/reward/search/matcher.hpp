#pragma once
// difflib's matching blocks of two coded sequences: the longest run, then the same to its left and to its
// right, without recursion.
#include <cstdint>
#include <span>
#include <vector>

#include "reward/similarity.hpp"

namespace srl::reward {

/// Which search a region is given to; `automatic` is what users get, the others are for tests.
enum class Engine { automatic, lanes, suffixes };

/// Sum of the sizes of the matching blocks; the blocks themselves too when `blocks` is given (sorted,
/// adjacent ones joined, closing (len a, len b, 0) included). Codes of a are 0 (in a only) … alphabet; codes
/// of b 1 … alphabet + 1 (in b only), and alphabet + 1 fits Code. O(n m / 32) for ordinary text with 8-bit
/// codes; the work of the lane search is counted, and what is left goes to SuffixSearch when the regions
/// shrink too slowly, so the whole is near-linear beyond that count.
template <class Code>
std::int64_t match_codes(std::span<const Code> a, std::span<const Code> b, std::uint32_t alphabet,
                         bool autojunk, std::vector<Block>* blocks = nullptr,
                         Engine engine = Engine::automatic);

extern template std::int64_t match_codes(std::span<const std::uint8_t>, std::span<const std::uint8_t>,
                                         std::uint32_t, bool, std::vector<Block>*, Engine);
extern template std::int64_t match_codes(std::span<const std::uint16_t>, std::span<const std::uint16_t>,
                                         std::uint32_t, bool, std::vector<Block>*, Engine);
extern template std::int64_t match_codes(std::span<const std::uint32_t>, std::span<const std::uint32_t>,
                                         std::uint32_t, bool, std::vector<Block>*, Engine);

/// CPython's rule: elements of b that occur more than len(b) / 100 + 1 times where len(b) >= 200.
inline constexpr std::size_t autojunk_minimum = 200;
inline constexpr std::size_t popular_count(std::size_t length) {
  return length / 100 + 1;
}

}  // namespace srl::reward
