#pragma once
// The forward for generation and the choice of tokens, on the CPU (cpu_decoder.hpp) or on a GPU
// (gpu_decoder.hpp). A forward runs any mix of rows (prompt tokens, last tokens of completions) through all
// layers with the paged cache, and computes logits for the rows that want them. Every row's result is
// independent of the other rows, bit for bit.
#include <cstdint>
#include <span>
#include <vector>

#include "base/not_copied.hpp"
#include "compute/sampling.hpp"
#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout {

struct Row {
  std::int32_t token = 0;
  std::int64_t position = 0;
  const BlockId* blocks = nullptr;  ///< blocks of its sequence, up to that of this position
  std::int64_t shared = 0;  ///< its first positions in blocks that other sequences may have, whole blocks
  std::int64_t family = 0;  ///< the group
  bool wants_logits = false;
};

/// What the samples of a call have in common.
struct SamplingCall {
  compute::SamplingRule rule;
  std::uint64_t seed = 0;
  RandomStream stream = RandomStream::rollout;
  std::vector<compute::LogitBias> bias;
  std::vector<std::int32_t> banned;  ///< ids that samples with bans never get
};

/// A token to sample.
struct SampleRequest {
  std::int64_t logits_row = 0;
  compute::SampleCounters counters;
  bool bans = false;
  /// Ids that a repetition penalty concerns: of the prompt, and of the completion so far.
  std::span<const std::int32_t> prompt = {}, completion = {};
};

class Decoder : NotCopied {
 public:
  virtual ~Decoder() = default;
  virtual std::int64_t block_bytes() const = 0;
  /// The cache gets memory for blocks 0..highest. EnvironmentError when out of memory.
  virtual void ensure(BlockId highest) = 0;
  virtual void copy(BlockId from, BlockId to) = 0;
  virtual void clear() = 0;  ///< frees the cache's memory, if other work could use it

  /// Runs rows through all layers. Keys and values go to the cache first, so a row sees earlier positions of
  /// its sequence in the same call. Logits of rows with wants_logits are kept until the next call.
  virtual void forward(std::span<const Row> rows) = 0;
  virtual std::int64_t repeated_steps() const {
    return 0;
  }  ///< forwards that were repeated as graphs, so far
  /// Before the first sample() of a call.
  virtual void begin(const SamplingCall& call) = 0;
  /// Samples from the logits of the last forward; sampled [requests]. Returns the seconds that it took.
  virtual double sample(std::span<const SampleRequest> requests, std::span<compute::Sampled> sampled) = 0;

  /// Runs the same rows again. Returns the first layer after which `row` is not finite; the number of layers
  /// means the final norm or the head.
  virtual std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row) = 0;
  /// Start-up test: whether each row of the model's products has the same bits in any batch. If not, products
  /// run in blocks of a fixed number of rows from now on.
  virtual bool test_rows(std::int64_t most_rows) = 0;
};

}  // namespace srl::rollout
