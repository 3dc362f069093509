#pragma once
// Which attention over packs a model on a GPU uses: the option compute.attention, and a comparison of
// FlashAttention with our own kernel when a job starts.
#include <string>

#include "compute/flash_attention.hpp"
#include "compute/options.hpp"
#include "device/device.hpp"

namespace srl::compute {

struct ChosenAttention {
  bool flash = false;
  std::string reason;        ///< "it agrees with our own kernel: …", for the log
  std::string trouble;       ///< why `auto` does not use FlashAttention where it exists; for a warning
  std::string text() const;  ///< "attention over packs: our own kernel (…)"
};

/// Compares forward and gradients on the model's heads with random bf16 elements, in memory that is free
/// again afterwards: the outputs and their log-sums, and the gradients of queries, keys and values. With
/// fp32, and with `own`, nothing is compared. `auto` uses FlashAttention where the two agree, but the
/// emulated GPU's slow stand-in only in tests of a planned fault. With `flash`: BadOption on a CPU and with
/// fp32, BadInput where FlashAttention does not exist, fails or differs.
ChosenAttention choose_attention(AttentionChoice wanted, const device::Device& device, device::Dtype dtype,
                                 const AttentionShape& shape);

/// Whether a plan of a GPU's memory, made without one, has the memory of FlashAttention.
bool plans_flash_attention(AttentionChoice wanted, device::Dtype dtype);

}  // namespace srl::compute
