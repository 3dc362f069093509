#pragma once
// Suffix array and common prefixes of adjacent suffixes.
#include <cstdint>
#include <span>
#include <vector>

namespace srl::reward {

struct SuffixArray {
  std::vector<std::int32_t> order;   ///< starts of the suffixes of text, sorted
  std::vector<std::int32_t> rank;    ///< its inverse
  std::vector<std::int32_t> common;  ///< [k]: length of the common prefix of order[k-1] and order[k]; [0] = 0
};

/// Prefix doubling with counting sort (Manber and Myers 1993), common prefixes by Kasai et al. 2001. O(n log
/// n) time. `symbols` are less than `alphabet`; at most 2^31 - 1 symbols.
SuffixArray suffix_array(std::span<const std::uint32_t> symbols, std::uint32_t alphabet);

}  // namespace srl::reward
