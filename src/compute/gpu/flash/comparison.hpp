#pragma once
// FlashAttention against our own kernel.
#include <string>

#include "compute/flash_attention.hpp"

namespace srl::compute::flash {

/// The largest difference of all tensors and sequences, as a share of what is allowed.
struct Difference {
  double share = 0;
  std::string where;  ///< "dk differs by 0.3, and 0.02 is allowed (sequence 2 of a causal call)"
  bool allowed() const { return share <= 1; }
  std::string share_text() const;
};

/// On random bf16 elements: a causal call, and one whose queries see all keys, with a sequence without
/// queries, whose backward gets the log-sums of more keys than these. Elements of outputs and gradients may
/// differ by 8 roundings to bf16 (2^-6) of the largest element of their sequence, log-sums by 2^-12 of the
/// largest one.
Difference compare(const device::Stream& stream, const AttentionShape& shape);

}  // namespace srl::compute::flash
