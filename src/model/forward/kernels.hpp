#pragma once
// Elementwise kernels of the training forward and backward, in float and double. All matrices are row-major
// and contiguous unless a stride is given. Loops are cut by rows or columns and every sum has one order, so
// results do not depend on the number of threads.
#include <cstdint>

namespace srl::model {

/// out[r] = x[r] * scale[r] * weight with scale[r] = 1 / sqrt(mean(x[r]^2) + eps) (Zhang and Sennrich 2019).
/// x, out [rows, width]. `scale` [rows] is written; may be null.
template <class T>
void rms_norm(const T* x, const T* weight, std::int64_t rows, std::int64_t width, T eps, T* out, T* scale);

/// The same with scales known: out = x * scale * weight.
template <class T>
void rms_norm_again(const T* x, const T* weight, const T* scale, std::int64_t rows, std::int64_t width,
                    T* out);

/// Adds d loss / d x to dx and d loss / d weight to dweight [width] (double, so that many rows lose nothing).
template <class T>
void rms_norm_backward(const T* dout, const T* x, const T* weight, const T* scale, std::int64_t rows,
                       std::int64_t width, T* dx, double* dweight);

/// Norm of each head in place: x [rows, heads, width], rows `stride` apart; the input goes to `before` [rows,
/// heads, width].
template <class T>
void head_norm(T* x, std::int64_t stride, const T* weight, std::int64_t rows, std::int64_t heads,
               std::int64_t width, T eps, T* before);
/// Gradient in place: dx holds d loss / d output and becomes d loss / d input. `before` as kept by head_norm.
template <class T>
void head_norm_backward(T* dx, std::int64_t stride, const T* before, const T* weight, std::int64_t rows,
                        std::int64_t heads, std::int64_t width, T eps, double* dweight);

/// Rotates `heads` heads of [rows, heads, width] in place, rows `stride` apart: (a, b) → (a c - b s, b c + a
/// s) for the halves of a head. cosine, sine: [positions, width/2]; position[r] picks the row. `direction` -1
/// turns back (the backward pass).
template <class T>
void rotate(T* x, std::int64_t stride, const std::int32_t* position, const T* cosine, const T* sine,
            std::int64_t rows, std::int64_t heads, std::int64_t width, int direction);

/// out = silu(gate) * up (Shazeer 2020); gate_up [rows, 2 width] holds both, out [rows, width].
template <class T>
void gated(const T* gate_up, std::int64_t rows, std::int64_t width, T* out);
/// From dout [rows, width] to dgate_up [rows, 2 width]; also writes out = silu(gate) * up again where `out`
/// is not null.
template <class T>
void gated_backward(const T* gate_up, const T* dout, std::int64_t rows, std::int64_t width, T* dgate_up,
                    T* out);

/// x [rows, width] += bias [width], rows `stride` apart.
template <class T>
void add_bias(T* x, std::int64_t stride, const T* bias, std::int64_t rows, std::int64_t width);
/// sums[c] += the sum of column c over the rows.
template <class T>
void add_column_sums(const T* x, std::int64_t rows, std::int64_t width, double* sums);

/// out[r] = table[ids[r]], rows of `width`.
template <class T>
void gather_rows(const T* table, const std::int64_t* ids, std::int64_t rows, std::int64_t width, T* out);
/// table[ids[r]] += x[r]; ids may repeat: rows are added in their order.
template <class T, class G>
void scatter_add_rows(const T* x, const std::int64_t* ids, std::int64_t rows, std::int64_t width, G* table);

/// Joins partial attention (o, l) over other keys into (out, lse): out [rows, heads, width], lse [rows,
/// heads] log-sum-exp of scores.
template <class T>
void merge_attention(const T* o, const T* l, std::int64_t rows, std::int64_t heads, std::int64_t width,
                     T* out, T* lse);

}  // namespace srl::model
