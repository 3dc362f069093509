#include "rollout/decode/linear.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "base/random.hpp"
#include "rollout/decode/packed_weight.hpp"

namespace srl::rollout {

struct Linear::Piece {
  at::Tensor transposed;  ///< [in, out_i], a view of the weight
  std::int64_t column = 0;
  PackedWeight packed;
  at::Tensor left,
      target;  ///< views of the last input and output, reused by the next call

  void look_at(const float* input, float* out, std::int64_t rows, std::int64_t in, std::int64_t stride) {
    if (left.defined() && left.data_ptr<float>() == input && target.data_ptr<float>() == out &&
        left.size(0) == rows) {
      return;
    }
    left = at::from_blob(const_cast<float*>(input), {rows, in}, at::kFloat);
    target = at::from_blob(out, {rows, transposed.size(1)}, {stride, 1}, at::kFloat);
  }
};

Linear::Linear(std::vector<const at::Tensor*> weights) {
  for (std::size_t i = 0; i < weights.size();) {
    const at::Tensor& first = *weights[i];
    if (first.scalar_type() != at::kFloat || !first.is_contiguous() || !first.is_cpu()) {
      throw Error("generation on the CPU needs contiguous fp32 weights in CPU memory");
    }
    in_ = first.size(1);
    std::int64_t rows = first.size(0);
    std::size_t next = i + 1;
    while (next < weights.size() &&
           weights[next]->data_ptr<float>() == first.data_ptr<float>() + rows * in_ &&
           weights[next]->size(1) == in_) {
      rows += weights[next++]->size(0);
    }
    const at::Tensor whole = next == i + 1 ? first : first.as_strided({rows, in_}, {in_, 1});
    pieces_.push_back({whole.t(), out_, {}, {}, {}});
    out_ += rows;
    i = next;
  }
}
Linear::~Linear() = default;
Linear::Linear(Linear&&) noexcept = default;
Linear& Linear::operator=(Linear&&) noexcept = default;

void Linear::pack() {
  unpack();  // the copies of before must not be in memory beside those of now
  for (Piece& piece : pieces_) {
    piece.packed = PackedWeight(piece.transposed.const_data_ptr<float>(), piece.transposed.size(1), in_);
  }
}
void Linear::unpack() {
  for (Piece& piece : pieces_) { piece.packed = PackedWeight(); }
}

void Linear::apply(const float* input, float* out, std::int64_t rows, std::int64_t block) {
  const at::InferenceMode guard;
  const std::int64_t slice = block > 0 ? block : rows;
  for (std::int64_t begin = 0; begin < rows; begin += slice) {
    for (Piece& piece : pieces_) {
      if (!piece.packed.empty()) {
        piece.packed.apply(input + begin * in_, out + begin * out_ + piece.column, slice, out_);
        continue;
      }
      piece.look_at(input + begin * in_, out + begin * out_ + piece.column, slice, in_, out_);
      at::mm_out(piece.target, piece.left, piece.transposed);
    }
  }
}

bool rows_are_equal(Linear& linear, std::int64_t most_rows) {
  const std::int64_t rows = padded_rows(most_rows), in = linear.in(), out = linear.out();
  std::vector<float> input(rows * in), whole(rows * out), part(whole.size());
  for (std::size_t i = 0; i < input.size(); ++i) {
    input[i] = static_cast<float>(random_uniform(1, RandomStream::initialisation, i, 0, 0) - 0.5);
  }
  linear.apply(input.data(), whole.data(), rows);
  for (std::int64_t size = row_quantum; size < rows; size = size < 64 ? size + row_quantum : size * 2) {
    // Take rows from the end, so that they also have another index in the batch.
    linear.apply(input.data() + (rows - size) * in, part.data(), size);
    if (std::memcmp(part.data(), whole.data() + (rows - size) * out, size * out * sizeof(float)) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace srl::rollout
