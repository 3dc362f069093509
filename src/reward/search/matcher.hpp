#pragma once
// difflib's matching blocks of two coded sequences: the longest run, then the same to its left and right,
// without recursion.
#include <cstdint>
#include <span>
#include <vector>

#include "reward/similarity.hpp"

namespace srl::reward {

/// The search for a region. Users get `automatic`; the others are for tests.
enum class Engine { automatic, lanes, suffixes };

/// Returns the sum of the sizes of the matching blocks. With `blocks`, also the blocks: sorted, adjacent ones
/// joined, with the final (len a, len b, 0). Codes of a are 0 (in a only) … alphabet; codes of b are 1 …
/// alphabet + 1 (in b only). alphabet + 1 must fit into Code. O(n m / 32) for ordinary text with 8-bit codes.
/// The cells of the lane search are counted; when the regions shrink too slowly, SuffixSearch does the rest
/// in near-linear time.
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

/// CPython's rule for popular elements of b: they occur more than len(b) / 100 + 1 times, and len(b) >= 200.
inline constexpr std::size_t autojunk_minimum = 200;
inline constexpr std::size_t popular_count(std::size_t length) {
  return length / 100 + 1;
}

}  // namespace srl::reward
