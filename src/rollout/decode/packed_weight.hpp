#pragma once
// A copy of a weight in the order in which products of few rows read it fastest. MKL, which LibTorch for
// x86-64 contains, makes these copies and multiplies with them. Without a copy a product of 32 rows orders
// the weight again in each call, which takes half of its time.
#include <cstdint>

#include "base/pages.hpp"

namespace srl::rollout {

class PackedWeight {
 public:
  static bool available();  ///< whether this LibTorch has such products
  PackedWeight() = default;
  /// Copies weight [out, in] as it is now. The memory that it fills is that of the weight.
  PackedWeight(const float* weight, std::int64_t out, std::int64_t in);
  bool empty() const { return pages_.data() == nullptr; }
  /// out [rows, out] with rows `stride` apart = input [rows, in] times the transposed weight.
  void apply(const float* input, float* out, std::int64_t rows, std::int64_t stride) const;

 private:
  Pages pages_;
  std::int64_t out_ = 0, in_ = 0;
};

}  // namespace srl::rollout
