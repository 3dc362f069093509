#pragma once
// A wavelet matrix (Claude, Navarro and Ordóñez 2015) over non-negative integers: order statistics of any
// range in O(bits) time.
#include <cstdint>
#include <span>
#include <vector>

namespace srl::reward {

class WaveletMatrix {
 public:
  explicit WaveletMatrix(std::vector<std::int32_t> values);
  /// Smallest value >= x among values[begin, end); -1 when there is none.
  std::int32_t next_value(std::int32_t begin, std::int32_t end, std::int32_t x) const;

 private:
  struct Level {
    std::vector<std::uint64_t> bits;
    std::vector<std::int32_t> ones_before;  // per word
    std::int32_t zeros = 0;
    std::int32_t ones(std::int32_t i) const;  // number of ones among the first i
  };
  std::int32_t count_below(std::int32_t begin, std::int32_t end, std::int32_t x) const;
  std::int32_t kth_smallest(std::int32_t begin, std::int32_t end, std::int32_t k) const;

  int width_ = 0;              // bits per value
  std::vector<Level> levels_;  // most significant bit first
};

}  // namespace srl::reward
