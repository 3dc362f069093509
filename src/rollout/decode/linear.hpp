#pragma once
// Matrix products of activations with weights in place, through LibTorch. Rows are padded to a multiple of
// `row_quantum`, so that a row's bits do not depend on how many others are beside it (checked at start by
// `rows_are_equal`).
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

/// One or more weights [out_i, in] (row-major, as stored) applied to the same input; outputs lie side by
/// side. Weights that follow each other in memory become one product.
class Linear {
 public:
  Linear(std::vector<const at::Tensor*> weights);
  ~Linear();
  Linear(Linear&&) noexcept;
  Linear& operator=(Linear&&) noexcept;
  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }
  /// out [rows, out()] = input [rows, in()] times the transposed weights; rows a multiple of row_quantum.
  /// With `block` > 0 the product runs in slices of exactly `block` rows (rows then a multiple of it): the
  /// fixed-M way for machines whose products fail the test. One call at a time.
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
