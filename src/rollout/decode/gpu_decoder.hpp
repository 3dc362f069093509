#pragma once
// Decoding on a GPU, in bf16 or fp32, with the weights that training updates.
#include <algorithm>
#include <memory>

#include "device/turns.hpp"
#include "model/gpu_parameters.hpp"
#include "rollout/decode/decoder.hpp"
#include "rollout/options.hpp"

namespace srl::rollout {

/// Most rows of a forward. At most max_sequences of them have logits.
inline std::int64_t most_rows(const RolloutOptions& options) {
  return std::max(options.max_sequences, options.prefill_chunk);
}

/// Takes gpu_decoder_bytes() of `memory`, and of `turn` what it needs only during a call. Keeps references to
/// weights and stream. BadInput for a model whose sizes the GPU's kernels do not support.
std::unique_ptr<Decoder> make_gpu_decoder(const model::GpuWeights& weights, const RolloutOptions& options,
                                          device::Arena& memory, const device::Turn& turn,
                                          const device::Stream& stream);
device::TurnBytes gpu_decoder_bytes(const model::ModelConfig& config, model::Dtype dtype,
                                    const RolloutOptions& options);

}  // namespace srl::rollout
