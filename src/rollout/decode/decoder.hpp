#pragma once
// The forward used in generation: any mixture of rows (prompt tokens, completions' last tokens) through all
// layers over the paged cache, logits for the rows that want them. Every row's result is independent of the
// others, bit for bit.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/parameters.hpp"
#include "rollout/decode/kernels.hpp"
#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout {

struct Row {
  std::int32_t token = 0;
  std::int64_t position = 0;
  const BlockId* blocks = nullptr;  ///< of its sequence, up to this position's block
  std::int64_t family = 0;          ///< the group
  bool wants_logits = false;
};

class Decoder {
 public:
  /// Reads the weights in place. BadInput for an architecture it does not know.
  explicit Decoder(const model::Parameters& parameters);
  ~Decoder();
  KvStorage& storage();
  /// Runs rows through all layers; the cache receives their keys and values first, so a row sees earlier
  /// positions of its sequence in the same call. Returns logits [number of rows that want them, vocabulary],
  /// valid until the next call.
  const float* forward(std::span<const Row> rows);
  /// Runs the same rows again and names the first layer after which `row` is not finite (layers() = the final
  /// norm or the head).
  std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row);
  /// Start-up test: rows of the model's products have the same bits in any batch. Where they have not,
  /// products run in blocks of one fixed number of rows from now on. Returns the test's result.
  bool test_rows(std::int64_t most_rows);
  std::int64_t layers() const;
  std::int64_t vocabulary() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::rollout
