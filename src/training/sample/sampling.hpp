#pragma once
// Filling a batch (docs/method.md, "Dynamic sampling"): draws come in the global order; each rank samples and
// scores the completions of its share; then every rank gets all lengths and rewards. Groups are kept in the
// order of draws until the batch is full. Payloads stay on the rank that sampled them.
#include <cstdint>
#include <functional>

#include "base/thread_pool.hpp"
#include "comm/communicator.hpp"
#include "job/interruption.hpp"
#include "objective/signals.hpp"
#include "rollout/generate.hpp"
#include "training/data/batch.hpp"
#include "training/options.hpp"
#include "training/sample/refill.hpp"
#include "training/sample/sampled_figures.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

/// Callback between decode steps: reports progress, and ends generation early on a rank that is leaving.
std::function<void(std::int64_t)> generation_tick(job::Interruption& interruption);

/// Everything needed to turn a draw into scored completions; lives as long as the run.
struct Sampler {
  const trajectory::Dataset& dataset;
  const trajectory::View& view;
  const text::Tokenizer& tokenizer;
  ThreadPool& pool;
  const comm::Communicator& world;
  objective::SignalSettings signal;
  objective::ObjectiveOptions objective;
  rollout::SamplingOptions sampling;
  std::int64_t prompts = 0, completions = 0, max_prompt_tokens = 0;
  std::uint64_t seed = 0;
  rollout::Generator* generator = nullptr;         ///< null when nothing is sampled
  const reward::GpuPlace* reward_place = nullptr;  ///< null: rewards are computed on the CPU
};

struct SampledBatch {
  Batch batch;     ///< at most `prompts` groups with advantages, carried groups first
  Batch surplus;   ///< kept groups that do not fit: for the next update, with objective.surplus = carry
  Batch dropped;   ///< groups that neither this update nor the next one uses, each with the reason
  Batch finished;  ///< all groups sampled so far, kept or not: used when the update is dropped and repeated
  std::int64_t position = 0;      ///< the next draw, after all sampled or skipped ones
  std::int64_t skipped_long = 0;  ///< draws skipped because their prompts did not fit
  SampledFigures figures;         ///< combined over ranks
  double rollout_seconds = 0, reward_seconds = 0;
  bool stopped = false;  ///< all ranks agreed to drop the update; do not use the batch
};

/// Collective. `carried`: surplus of the previous update. `finished`: groups that an interrupted attempt at
/// this update sampled. The ranks agree before every round and after its generation whether the update is
/// dropped.
SampledBatch sample_batch(const Sampler& sampler, std::int64_t position, const Batch& carried,
                          const Batch& finished, const KeptShare& earlier, job::Interruption& interruption);

}  // namespace srl::training
