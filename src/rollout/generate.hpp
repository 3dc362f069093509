#pragma once
// The path of a group of completions through this room. Generation reads the training weights in place
// (docs/design.md, "Promise: one weight buffer"):
//   prompts → schedule: which sequences run now, and where their keys and values are kept
//   → decode: one forward for all of them → logits → sample: the next token of each sequence
//   → back to schedule, until a stop token or the length limit → completions with log-probabilities
// A completion depends only on the weights, its prompt and its counters, never on other sequences.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/thread_pool.hpp"
#include "device/turns.hpp"
#include "model/gpu_parameters.hpp"
#include "rollout/options.hpp"
#include "text/finish.hpp"

namespace srl::rollout {

struct Group {
  std::vector<std::int32_t> prompt;
  std::int64_t draw = 0;              ///< counter of the random numbers
  std::int64_t completions = 1;       ///< G
  std::int64_t first_completion = 0;  ///< index of the first completion (counter of the random numbers)
};

struct Completion {
  std::vector<std::int32_t> ids;  ///< sampled ids, the stop token included
  /// Log-probability of each id under the sampling distribution: softmax(logits / temperature) restricted by
  /// top-k, top-p and min-p, then renormalised. Greedy: under softmax(logits / temperature).
  std::vector<float> logprobs;
  /// Of each id under softmax(logits / temperature), without top-k, top-p, min-p, penalty, bias and bans: the
  /// distribution that training optimises.
  std::vector<float> policy_logprobs;
  std::vector<float> model_logprobs;               ///< of each id under plain softmax(logits)
  text::Finish finish = text::Finish::unfinished;  ///< stop or length
  double seconds = 0;                              ///< from the start of the call to its last token
};

struct GenerationFigures {
  double prefill_seconds = 0, decode_seconds = 0;  ///< forwards with their sampling
  double sampling_seconds = 0;                     ///< the part of both for sampling tokens
  std::int64_t prompt_tokens = 0, generated_tokens = 0, decode_steps = 0, preemptions = 0;
  std::int64_t repeated_steps = 0;  ///< decode steps that a GPU repeated as graphs (device/graph.hpp)
  std::int64_t prefix_hits = 0;     ///< prompt tokens found in the cache instead of computed
  double occupancy = 0;             ///< mean share of max_sequences in use over the decode steps
  std::uint64_t kv_peak_bytes = 0;
  bool rows_equal = true;  ///< result of rows_are_equal()
  struct Forward {
    std::int64_t rows = 0, logits_rows = 0;
  };
  std::vector<Forward> forwards;  ///< all forwards in order: number of rows, and of rows with logits
};

struct Generated {
  std::vector<std::vector<Completion>> completions;  ///< [groups][G]
  GenerationFigures figures;
};

/// Gets a group's index and its completions.
using GroupFinished = std::function<void(std::size_t, const std::vector<Completion>&)>;

/// Thrown by a tick to end a call early. Completions that were not finished have finish = unfinished.
struct LeaveEarly {};

class Generator {
 public:
  /// Reads the weights in place at every call; `parameters` must outlive the generator. `decode` turns ids
  /// into text, for stop strings; may be null without stop strings. Sets the thread count of our loops and of
  /// LibTorch to the pool's.
  Generator(const model::Parameters& parameters, std::vector<std::int32_t> stop_ids,
            const RolloutOptions& options, ThreadPool& pool,
            std::function<std::string(const std::vector<std::int32_t>&)> decode = {});
  /// The same on a GPU. Its memory comes from `memory`, all of it now: gpu_bytes(). With `turn`, what it
  /// needs only during a call comes from there. Work is enqueued on `stream`. Keeps references to the first
  /// three. BadInput for a model whose sizes the GPU's kernels do not support.
  Generator(const model::GpuWeights& weights, device::Arena& memory, const device::Stream& stream,
            std::vector<std::int32_t> stop_ids, const RolloutOptions& options,
            std::function<std::string(const std::vector<std::int32_t>&)> decode = {},
            const std::optional<device::Turn>& turn = {});
  static device::TurnBytes gpu_bytes(const model::ModelConfig& config, model::Dtype dtype,
                                     const RolloutOptions& options);
  ~Generator();
  /// Start-up test with the model's shapes: whether products give a row the same bits in any batch. If not,
  /// products run in blocks of a fixed number of rows. Runs once, here or in the first generate().
  bool rows_are_equal();
  /// Bytes of key/value cache that one completion for a prompt of this length may need. If more than
  /// rollout.kv_cache_bytes, it can never fit.
  std::uint64_t kv_bytes_needed(std::int64_t prompt_tokens, const SamplingOptions& sampling) const;
  /// BadOption when sampling options cannot work, also with this model: sampling.logit_bias with an id
  /// outside the vocabulary.
  void check(const SamplingOptions& sampling) const;
  /// Same seed, stream, draw and completion number give the same completion bit for bit, whatever the other
  /// groups, limits and KV budget. BadOption: sampling options out of range, or a group that cannot fit into
  /// the KV budget. BadInput: an empty prompt, an id outside the vocabulary, or a prompt that leaves no
  /// position for a new token. Error: logits are not finite (names prompt and layer). `tick` is called
  /// between decode steps with the number of tokens so far (progress, watchdog). If it throws LeaveEarly, the
  /// call returns the completions so far. `finished` is called once per group, as soon as all its completions
  /// have ended.
  Generated generate(const std::vector<Group>& groups, const SamplingOptions& sampling, std::uint64_t seed,
                     RandomStream stream, const std::function<void(std::int64_t)>& tick = {},
                     const GroupFinished& finished = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::rollout
