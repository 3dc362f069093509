#pragma once
// Filling a batch (docs/method.md, "Dynamic sampling"): draws in the global order, completions from this
// rank's generator for its share, rewards where they were sampled, lengths and rewards on every rank
// afterwards; groups kept in instance order until the batch is full. What was written stays where it was
// sampled.
#include <cstdint>
#include <functional>

#include "base/thread_pool.hpp"
#include "comm/communicator.hpp"
#include "job/interruption.hpp"
#include "objective/signals.hpp"
#include "rollout/generate.hpp"
#include "training/data/batch.hpp"
#include "training/data/sampled_figures.hpp"
#include "training/options.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

/// The run's signal needs solutions with a final answer.
bool needs_answer(const Options& options);

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
  rollout::Generator* generator = nullptr;  ///< null where nothing is sampled
};

struct SampledBatch {
  Batch batch;     ///< at most `prompts` groups, advantages set, carried ones first
  Batch surplus;   ///< kept groups beyond those: for the next update, with objective.surplus = carry
  Batch finished;  ///< after a stop: groups sampled in vain, to be used when the update is tried again
  std::int64_t position = 0;      ///< the next draw: past every one sampled or skipped
  std::int64_t skipped_long = 0;  ///< draws passed over because their prompts did not fit
  SampledFigures figures;         ///< combined over ranks
  double rollout_seconds = 0, reward_seconds = 0;
  bool stopped = false;  ///< all ranks agreed to drop the update: the batch is not to be used
};

/// Collective. `carried` are the update before's surplus, `finished` what an interrupted try of this update
/// sampled. The ranks agree before every round and after its generation whether the update is dropped.
SampledBatch sample_batch(const Sampler& sampler, std::int64_t position, const Batch& carried,
                          const Batch& finished, job::Interruption& interruption);

/// What a generation calls between decode steps: reports progress, and leaves early on a rank that is
/// leaving.
std::function<void(std::int64_t)> generation_tick(job::Interruption& interruption);

}  // namespace srl::training
