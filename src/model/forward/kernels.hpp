#pragma once
// Elementwise kernels of the training forward and backward, in float and double. Loops are split by rows or
// columns and every sum has a fixed order, so results do not depend on the number of threads.
#include <cstdint>
#include <type_traits>

#include "base/rows.hpp"
#include "compute/norm.hpp"

namespace srl::model {

using compute::head_norm;
using compute::head_norm_backward;
using compute::HeadNorm;
using compute::Input;
using compute::rms_norm;
using compute::rms_norm_again;
using compute::rms_norm_backward;

/// Angles of the rotation: cosine, sine [positions, head_dim / 2]; position[r] selects the row.
template <class T>
struct Rotation {
  const std::int32_t* position = nullptr;
  const T *cosine = nullptr, *sine = nullptr;
  std::int64_t head_dim = 0;
};

/// Rotates the heads of x [rows, heads * head_dim] in place: (a, b) → (a c - b s, b c + a s) for the halves
/// of a head. `direction` -1 is the inverse (the backward pass).
template <class T>
void rotate(Rows<T> x, const Rotation<T>& rotation, int direction);

/// out = silu(gate) * up (Shazeer 2020); gate_up [rows, 2 width] holds both, out [rows, width].
template <class T>
void gated(Input<T> gate_up, Rows<T> out);
/// From dout [rows, width] to dgate_up [rows, 2 width]. Also recomputes out = silu(gate) * up.
template <class T>
void gated_backward(Input<T> gate_up, Input<T> dout, Rows<T> dgate_up, Rows<T> out);

/// x [rows, width] += bias [width].
template <class T>
void add_bias(Rows<T> x, const T* bias);
/// sums[c] += the sum of column c over the rows.
template <class T>
void add_column_sums(Rows<T> x, double* sums);

/// out[r] = table[ids[r]], rows of out's width.
template <class T>
void gather_rows(const T* table, const std::int64_t* ids, Rows<T> out);
/// table[ids[r]] += x[r]; ids may repeat: rows are added in their order.
template <class T, class G>
void scatter_add_rows(Rows<const T> x, const std::int64_t* ids, G* table);

/// Merges partial attention (o, l) over other keys into (out, lse): o, out [rows * heads, head_dim], l, lse
/// [rows * heads] log-sum-exp of scores.
template <class T>
void merge_attention(Input<T> o, const T* l, Rows<T> out, T* lse);

}  // namespace srl::model
