#pragma once
// One call of Generator::generate(): the loop over forwards, and what happens to their samples.
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/not_copied.hpp"
#include "base/timer.hpp"
#include "rollout/decode/decoder.hpp"
#include "rollout/generate.hpp"
#include "rollout/schedule/scheduler.hpp"

namespace srl::rollout {

/// What the calls of a generator have in common.
struct GeneratorParts {
  const model::ModelConfig& config;
  std::vector<std::int32_t> stop_ids;
  RolloutOptions options;
  std::function<std::string(const std::vector<std::int32_t>&)> decode;  ///< may be null without stop strings
  std::unique_ptr<Decoder> decoder;

  std::int64_t most_new_tokens(std::int64_t prompt_tokens, const SamplingOptions& sampling) const;
};

/// Its input, the scheduler that plans its forwards, and the results so far. Keeps references to all but
/// `seed` and `stream`.
class GenerationCall : NotCopied {
 public:
  GenerationCall(GeneratorParts& parts, const std::vector<Group>& groups, const SamplingOptions& sampling,
                 std::uint64_t seed, RandomStream stream, const GroupFinished& finished);
  ~GenerationCall();  ///< frees the cache, also after an exception: training needs the memory
  /// Once. See Generator::generate().
  Generated run(const std::function<void(std::int64_t)>& tick);

 private:
  /// A forward whose samples are not read.
  struct Step {
    std::vector<SampleTask> samples;
    bool prefill = false;
  };

  void ensure(BlockId highest);
  void step();
  void enqueue(const Batch& batch);
  void enqueue_samples(const Batch& batch);
  bool may_stay_unread() const;
  void read();
  [[noreturn]] void refuse(const SampleTask& task, bool finite);
  std::int64_t first_bad_layer(const SampleTask& task);
  void keep(const SampleTask& task, const compute::Sampled& one);

  GeneratorParts& parts_;
  const std::vector<Group>& groups_;
  const SamplingOptions& sampling_;
  const GroupFinished& finished_;
  std::vector<std::int64_t> lengths_, open_;  ///< [groups]; open: completions that have not ended
  Decoder& decoder_;
  std::int64_t repeated_before_;
  std::uint64_t block_bytes_;
  BlockPool pool_;
  Scheduler scheduler_;
  std::array<Step, 2> steps_;  ///< in turn
  std::size_t enqueued_ = 0, read_ = 0;
  std::vector<SampleRequest> requests_;
  std::vector<compute::Sampled> chosen_;
  Generated result_;
  Timer timer_;
  double occupied_ = 0;
};

}  // namespace srl::rollout
