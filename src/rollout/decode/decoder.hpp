#pragma once
// The forward for generation and the choice of tokens, on the CPU (cpu_decoder.hpp) or on a GPU
// (gpu_decoder.hpp). A forward runs any mix of rows (prompt tokens, last tokens of completions) through all
// layers with the paged cache, and computes logits for the rows that want them. Every row's result is
// independent of the other rows, bit for bit.
//
// The host may be one step behind: it enqueues a forward whose rows continue with samples that it has not
// read (id_of_sample), and reads these samples while the forward runs.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/not_copied.hpp"
#include "compute/sampling.hpp"
#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout {

/// Stands for the id of sample `index` of the last sample(), which the host has not read.
inline std::int32_t id_of_sample(std::size_t index) {
  return -1 - static_cast<std::int32_t>(index);
}

/// The first positions that a row has in blocks which other sequences may also have: whole blocks of the
/// prompt up to its position. A property of the sequence, so that a row's bits do not depend on others.
inline std::int64_t shared_positions(std::int64_t prompt_tokens, std::int64_t position) {
  return std::min(prompt_tokens, position + 1) / block_tokens * block_tokens;
}

struct Row {
  std::int32_t token = 0;  ///< an id, or id_of_sample()
  std::int64_t position = 0;
  const BlockId* blocks = nullptr;  ///< blocks of its sequence, up to that of this position
  std::int64_t shared = 0;          ///< shared_positions()
  std::int64_t family = 0;          ///< the group
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
  /// Ids that a repetition penalty concerns: of the prompt, and of the completion so far. The token of its
  /// row, the newest id, may be missing.
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
  /// Before the first sample() of a call. Samples that were not read are dropped.
  virtual void begin(const SamplingCall& call) = 0;
  /// The most samples that may be unread while the next forward is enqueued; 0: the next forward must wait
  /// for the read.
  virtual std::size_t most_unread() const { return 0; }
  /// Samples from the logits of the last forward, for at least one request.
  virtual void sample(std::span<const SampleRequest> requests) = 0;
  /// The samples of the earliest sample() that was not read; sampled [requests]. Waits for them. Returns the
  /// seconds that they took.
  virtual double read(std::span<compute::Sampled> sampled) = 0;
  virtual void wait() {}  ///< until all enqueued work is done

  /// Runs rows once more. Returns the first layer after which `row` is not finite; the number of layers
  /// means the final norm or the head.
  virtual std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row) = 0;
  /// Start-up test: whether each row of the model's products has the same bits in any batch. If not, products
  /// run in blocks of a fixed number of rows from now on.
  virtual bool test_rows(std::int64_t most_rows) = 0;
};

}  // namespace srl::rollout
