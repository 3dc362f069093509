#pragma once
// The matrix products of generation alone, for benchmarks that compare generation with them.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/timer.hpp"
#include "model/parameters.hpp"
#include "rollout/decode/cpu_weights.hpp"
#include "rollout/generate.hpp"

namespace srl::test {

/// Seconds for the products of these forwards: every layer with its own weights, and the head. The weights
/// are packed before, as in generation.
inline double rollout_products(const model::Parameters& parameters,
                               const std::vector<rollout::GenerationFigures::Forward>& forwards) {
  using rollout::padded_rows;
  const model::ModelConfig& config = parameters.config();
  rollout::CpuWeights weights(parameters);
  weights.pack();
  std::int64_t most = 0, most_logits = 0;
  for (const auto& forward : forwards) {
    most = std::max(most, padded_rows(forward.rows));
    most_logits = std::max(most_logits, padded_rows(forward.logits_rows));
  }
  std::vector<float> input(static_cast<std::size_t>(std::max(most, most_logits) * config.intermediate), 0.1F);
  std::vector<float> output(
      static_cast<std::size_t>(std::max(most * 2 * config.intermediate, most_logits * config.vocab)));
  const Timer timer;
  for (const auto& forward : forwards) {
    for (std::int64_t l = 0; l < config.layers; ++l) {
      rollout::CpuLayer& layer = weights.layer(l);
      for (rollout::Linear* linear : {&layer.qkv, &layer.attention_out, &layer.gate_up, &layer.down}) {
        linear->apply(input.data(), output.data(), padded_rows(forward.rows));
      }
    }
    if (forward.logits_rows > 0) {
      weights.head().apply(input.data(), output.data(), padded_rows(forward.logits_rows));
    }
  }
  return timer.seconds();
}

}  // namespace srl::test
