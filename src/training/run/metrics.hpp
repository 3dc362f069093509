#pragma once
// The line an update writes to metrics.jsonl (docs/design.md, "Files") and the rollouts kept in
// samples.jsonl.
#include <cstdint>
#include <optional>

#include "base/json.hpp"
#include "training/data/sampling.hpp"
#include "training/optimise/gradients.hpp"

namespace srl::training {

struct UpdateSeconds {
  double rollout = 0, reward = 0, forward_backward = 0, optimizer = 0, checkpoint = 0, total = 0;
};

struct UpdateReport {
  std::int64_t update = 0, position = 0, rollouts_sampled = 0;  ///< rollouts of the whole run
  double epoch = 0, grad_norm = 0, learning_rate = 0;
  std::int64_t prompts_too_long = 0;    ///< draws passed over because they did not fit
  bool skipped = false;                 ///< loss or gradient was not finite
  std::optional<SampledBatch> sampled;  ///< absent for SFT and replay
  GradientFigures gradients;
  UpdateSeconds seconds;
  std::uint64_t memory_peak_bytes = 0;          ///< of the rank with most
  std::uint64_t memory_beyond_start_bytes = 0;  ///< less what was resident before the weights were loaded
  double peak_rate = 0;  ///< operations a second of all ranks' large matrix products; 0 = unknown
  std::optional<Json> validation;
};

Json metrics_line(const UpdateReport& report);
/// "reward 0.312, format 0.95, loss 0.01, 12.3 s an update" for the progress line.
std::string progress_words(const UpdateReport& report);

/// At most `count` rollouts spread over the batch: update solution k answer prompt thought action target
/// reward format_error.
std::vector<Json> sample_lines(const Sampler& sampler, const Batch& batch, std::int64_t update,
                               std::int64_t count);

}  // namespace srl::training
