#pragma once
// Rollouts that a run has written down: samples.jsonl, and rollouts/ where they are saved.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/runs/training_run.hpp"

namespace srl::analysis {

struct Rollout {
  std::int64_t update = 0;
  std::string solution, prompt, thought, action, target, format_error;
  std::string text;     ///< of a wrong format: the whole completion
  std::string dropped;  ///< why the update did not use it; empty when it did
  double reward = 0;
};

/// A fixed choice among the newest 64 samples: the highest, the median and the lowest reward, and the newest
/// with a wrong format. Reads only the end of the file. Empty without the file.
std::vector<Rollout> chosen_rollouts(const TrainingRun& run);

/// How many completions of the newest files of rollouts/ have which length in tokens; empty without them.
std::map<std::int64_t, std::int64_t> rollout_lengths(const TrainingRun& run);

}  // namespace srl::analysis
