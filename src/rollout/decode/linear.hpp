#pragma once
// Matrix products of activations with weights, through LibTorch: with the weights in place, or with packed
// copies of them (packed_weight.hpp). Rows are padded to a multiple of `row_quantum`, so that a row's bits do
// not depend on the number of other rows (`rows_are_equal` checks this at start).
#include <cstdint>
#include <vector>

namespace at {
class Tensor;
}

namespace srl::rollout {

inline constexpr std::int64_t row_quantum = 8;
inline std::int64_t padded_rows(std::int64_t rows) {
  return (rows + row_quantum - 1) / row_quantum * row_quantum;
}

/// One or more weights [out_i, in] (row-major, as stored) applied to the same input. Outputs are stored side
/// by side. Weights that are adjacent in memory become one product.
class Linear {
 public:
  Linear(std::vector<const at::Tensor*> weights);
  ~Linear();
  Linear(Linear&&) noexcept;
  Linear& operator=(Linear&&) noexcept;
  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }
  /// From now on products read copies of the weights as they are now. Calls of different objects may run on
  /// different threads.
  void pack();
  void unpack();  ///< frees the copies
  /// out [rows, out()] = input [rows, in()] times the transposed weights; rows must be a multiple of
  /// row_quantum. With `block` > 0 the product runs in slices of exactly `block` rows (rows must be a
  /// multiple of it), for machines that fail the row test. Not thread-safe.
  void apply(const float* input, float* out, std::int64_t rows, std::int64_t block = 0);

 private:
  struct Piece;
  std::vector<Piece> pieces_;
  std::int64_t in_ = 0, out_ = 0;
};

/// Whether each row of the product has the same bits in batches of 8 … `most_rows` rows, on pseudo-random
/// input.
bool rows_are_equal(Linear& linear, std::int64_t most_rows);

}  // namespace srl::rollout
