#pragma once
// Whether a run learned the steps of its problems or only their style, from the rollouts in samples.jsonl.
#include <vector>

#include "analysis/runs/training_run.hpp"

namespace srl::analysis {

/// By update, means over the samples with a right format that the update used: the similarity to the expert's
/// step, and to steps of other problems. Updates without such samples are left out.
struct SampleSimilarities {
  std::vector<double> own, others;
};
/// Of the first and the last `window` updates of samples.jsonl; empty where there are fewer than twice as
/// many.
SampleSimilarities sample_similarities(const TrainingRun& run, std::size_t window);

/// A gain of style: completions became more similar to the expert's steps, but hardly less so to those of
/// other problems. The limits are those of the finding `control` (docs/training.md).
bool is_style(double own_gain, double others_gain);

}  // namespace srl::analysis
