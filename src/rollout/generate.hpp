#pragma once
// Batched generation on the training weights themselves: groups in, answers out (DESIGN, promises 1, 2, 4).
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/thread_pool.hpp"
#include "config/options.hpp"
#include "model/parameters.hpp"

namespace srl::rollout {

struct SamplingOptions {
  double temperature = 1.0, top_p = 1.0, min_p = 0.0;
  std::int64_t top_k = 0;                     ///< 0 = off
  bool greedy = false;
  std::int64_t max_new_tokens = 512, min_new_tokens = 0;
  std::vector<std::string> stop;              ///< stop strings
  void visit(config::Visitor& v);             ///< section "sampling"
};

struct RolloutOptions {
  config::Bytes kv_bytes{std::uint64_t{2} << 30};
  bool save = false;
  void visit(config::Visitor& v);             ///< section "rollout"
};

struct Group {
  std::vector<std::int32_t> prompt;
  std::int64_t draw = 0;                      ///< counter word of the random numbers
  std::int64_t answers = 1;                   ///< G
  std::int64_t first_answer = 0;              ///< answer index of the first one (counter word)
};

struct Answer {
  std::vector<std::int32_t> ids;              ///< sampled ids, the stop token included
  std::vector<float> logprobs;                ///< of each id under the sampling distribution (temperature applied)
  std::string finish_reason;                  ///< "stop" | "length"
};

struct GenerationFigures {
  double prefill_seconds = 0, decode_seconds = 0;
  std::int64_t prompt_tokens = 0, generated_tokens = 0, decode_steps = 0, put_offs = 0, prefix_hits = 0;
  double occupancy = 0;                       ///< mean share of the batch in use
  std::uint64_t kv_peak_bytes = 0;
};

struct Generated {
  std::vector<std::vector<Answer>> answers;   ///< [groups][G]
  GenerationFigures figures;
};

class Generator {
 public:
  /// Weights are read in place at every call. `decode` gives the bytes of ids for stop strings (may be null without any).
  Generator(const model::Parameters& parameters, std::vector<std::int32_t> stop_ids, const RolloutOptions& options, ThreadPool& pool,
            std::function<std::string(const std::vector<std::int32_t>&)> decode = {});
  ~Generator();
  /// `tick` is called between decode steps with tokens so far (progress, watchdog); it may throw to leave early.
  Generated generate(const std::vector<Group>& groups, const SamplingOptions& sampling, std::uint64_t seed, Stream stream,
                     const std::function<void(std::int64_t)>& tick = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::rollout
