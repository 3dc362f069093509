#pragma once
// The line an update writes to metrics.jsonl (DESIGN, Edges) and the rollouts kept in samples.jsonl.
#include <cstdint>
#include <optional>

#include "base/json.hpp"
#include "training/gradients.hpp"
#include "training/sampling.hpp"

namespace srl::training {

struct UpdateSeconds {
  double rollout = 0, reward = 0, forward_backward = 0, optimizer = 0, checkpoint = 0, total = 0;
};

struct UpdateReport {
  std::int64_t update = 0, position = 0, rollouts_sampled = 0;   ///< rollouts of the whole run
  double epoch = 0, grad_norm = 0, learning_rate = 0;
  bool skipped = false;                ///< loss or gradient was not finite
  std::optional<SampledBatch> sampled; ///< absent for SFT and replay
  GradientFigures gradients;
  UpdateSeconds seconds;
  std::uint64_t memory_peak_bytes = 0;
  std::optional<Json> validation;
};

Json metrics_line(const UpdateReport& report);

/// At most `count` rollouts spread over the batch: update solution k answer prompt thought action target reward format_error.
std::vector<Json> sample_lines(const Sampler& sampler, const Batch& batch, std::int64_t update, std::int64_t count);

}  // namespace srl::training
