#pragma once
// The way of a group of completions through this room, on the training weights themselves
// (docs/design.md, "Promise: one weight buffer"):
//   prompts → schedule: which sequences run now, and where their keys and values are kept
//   → decode: one forward for all of them → logits → sample: the next token of each
//   → back to schedule, until a stop or the length limit → completions with their log-probabilities
// A completion depends on the weights, its prompt and its counters, never on what else runs beside it.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/thread_pool.hpp"
#include "model/parameters.hpp"
#include "rollout/options.hpp"
#include "text/finish.hpp"

namespace srl::rollout {

struct Group {
  std::vector<std::int32_t> prompt;
  std::int64_t draw = 0;              ///< counter word of the random numbers
  std::int64_t completions = 1;       ///< G
  std::int64_t first_completion = 0;  ///< completion index of the first one (counter word)
};

struct Completion {
  std::vector<std::int32_t> ids;  ///< sampled ids, the stop token included
  /// Of each id under the sampling distribution: softmax(logits / temperature) cut down by top-k, top-p,
  /// min-p and renormalised. Greedy: under softmax(logits / temperature).
  std::vector<float> logprobs;
  std::vector<float> model_logprobs;               ///< of each id under softmax(logits), nothing applied
  text::Finish finish = text::Finish::unfinished;  ///< stop or length
  double seconds = 0;                              ///< from the start of the call to its last token
};

struct GenerationFigures {
  double prefill_seconds = 0, decode_seconds = 0;  ///< forwards with their sampling
  double sampling_seconds = 0;                     ///< the part of both that chose tokens
  std::int64_t prompt_tokens = 0, generated_tokens = 0, decode_steps = 0, preemptions = 0;
  std::int64_t prefix_hits = 0;  ///< prompt tokens found in the cache instead of computed
  double occupancy = 0;          ///< mean share of max_sequences in use over the decode steps
  std::uint64_t kv_peak_bytes = 0;
  bool rows_equal = true;  ///< the start-up test: products give a row the same bits in any batch
  struct Forward {
    std::int64_t rows = 0, logits_rows = 0;
  };
  std::vector<Forward> forwards;  ///< every forward in order: its rows, and those that wanted logits
};

struct Generated {
  std::vector<std::vector<Completion>> completions;  ///< [groups][G]
  GenerationFigures figures;
};

/// Thrown by a tick to end a call early. Completions that were not finished have finish = unfinished.
struct LeaveEarly {};

class Generator {
 public:
  /// Weights are read in place at every call; `parameters` must outlive the generator. `decode` gives the
  /// bytes of ids for stop strings (may be null without any). Sets the threads of our loops and of LibTorch
  /// to the pool's.
  Generator(const model::Parameters& parameters, std::vector<std::int32_t> stop_ids,
            const RolloutOptions& options, ThreadPool& pool,
            std::function<std::string(const std::vector<std::int32_t>&)> decode = {});
  ~Generator();
  /// The start-up test on the model's shapes: products give a row the same bits in any batch. Where they do
  /// not, they run in blocks of one fixed number of rows. Runs once, here or in the first generate().
  bool rows_are_equal();
  /// Bytes of key/value cache that one completion to a prompt of this length may need; more than
  /// rollout.kv_cache_bytes can never fit.
  std::uint64_t kv_bytes_needed(std::int64_t prompt_tokens, const SamplingOptions& sampling) const;
  /// Same seed, stream, draw and completion number: the same completion bit for bit, whatever the other
  /// groups, limits and KV budget. BadOption: sampling options out of range, or a group that cannot fit into
  /// the KV budget. BadInput: an empty prompt, an id outside the vocabulary, a prompt as long as the model's
  /// positions. Error: logits that are not finite (names prompt and layer). `tick` is called between decode
  /// steps with tokens so far (progress, watchdog); a LeaveEarly that it throws ends the call with what there
  /// is.
  Generated generate(const std::vector<Group>& groups, const SamplingOptions& sampling, std::uint64_t seed,
                     RandomStream stream, const std::function<void(std::int64_t)>& tick = {});

 private:
  struct Impl;
  class Call;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::rollout
