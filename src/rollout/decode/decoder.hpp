#pragma once
// The forward for generation. It runs any mix of rows (prompt tokens, last tokens of completions) through all
// layers with the paged cache, and computes logits for the rows that want them. Every row's result is
// independent of the other rows, bit for bit.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/parameters.hpp"
#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout {

struct Row {
  std::int32_t token = 0;
  std::int64_t position = 0;
  const BlockId* blocks = nullptr;  ///< blocks of its sequence, up to that of this position
  std::int64_t family = 0;          ///< the group
  bool wants_logits = false;
};

class Decoder {
 public:
  /// Reads the weights in place. BadInput for head sizes that generation does not support.
  explicit Decoder(const model::Parameters& parameters);
  ~Decoder();
  compute::CpuPages<float>& storage();
  /// Runs rows through all layers. Keys and values go to the cache first, so a row sees earlier positions of
  /// its sequence in the same call. Returns logits [rows with wants_logits, vocabulary], valid until the next
  /// call.
  const float* forward(std::span<const Row> rows);
  /// Runs the same rows again. Returns the first layer after which `row` is not finite; layers() means the
  /// final norm or the head.
  std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row);
  /// Start-up test: whether each row of the model's products has the same bits in any batch. If not, products
  /// run in blocks of a fixed number of rows from now on.
  bool test_rows(std::int64_t most_rows);
  std::int64_t layers() const;
  std::int64_t vocabulary() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::rollout
