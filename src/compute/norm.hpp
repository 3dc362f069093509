#pragma once
// RMSNorm (Zhang and Sennrich 2019), of the rows of a matrix and of the heads in a row.
//
//   scale[r] = 1 / sqrt(mean(x[r]^2) + eps)           x, out, dout, dx [rows, width], scale [rows]
//   out[r]   = weight * (x[r] * scale[r])             weight, dweight [width]
//   dx[r]   += weight * dout[r] * scale[r] - x[r] * scale[r]^3 * mean(weight * dout[r] * x[r])
//   dweight += sum over r of dout[r] * x[r] * scale[r]
//
// On the CPU in float and double. On a GPU elements are float or bf16 (T); every sum, `scale` and dweight are
// fp32, and each element is rounded once. All sums have one order, which does not depend on the number of
// rows for `out` and dx.
#include <cstdint>
#include <type_traits>

#include "base/rows.hpp"
#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// A matrix that a kernel only reads.
template <class T>
using Input = Rows<const std::type_identity_t<T>>;

/// out[r] = x[r] * scale[r] * weight with scale[r] = 1 / sqrt(mean(x[r]^2) + eps) (Zhang and Sennrich 2019).
/// `scale` [rows] is written; may be null.
template <class T>
void rms_norm(Input<T> x, const T* weight, T eps, Rows<T> out, T* scale);

/// The same with known scales: out = x * scale * weight.
template <class T>
void rms_norm_again(Input<T> x, const T* weight, const T* scale, Rows<T> out);

/// Adds d loss / d x to dx and d loss / d weight to dweight [width] (double, so that sums over many rows keep
/// precision).
template <class T>
void rms_norm_backward(Input<T> dout, Input<T> x, const T* weight, const T* scale, Rows<T> dx,
                       double* dweight);

/// The norm of each head; all heads share one weight.
template <class T>
struct HeadNorm {
  const T* weight = nullptr;  ///< [head_dim]
  std::int64_t head_dim = 0;
  T eps = 0;
};

/// Norm of each head in place: x [rows, heads * head_dim]; the input goes to `before`, of the same shape.
template <class T>
void head_norm(Rows<T> x, const HeadNorm<T>& norm, Rows<T> before);
/// Gradient in place: dx holds d loss / d output and becomes d loss / d input. `before` as kept by head_norm.
/// Adds d loss / d weight to dweight [head_dim].
template <class T>
void head_norm_backward(Rows<T> dx, const HeadNorm<T>& norm, Input<T> before, double* dweight);

// On a GPU, in the stream's order. Throws Bug if shapes do not fit.

/// `scale` may be empty; then it is not written.
template <class T>
void rms_norm(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> x,
              std::type_identity_t<device::Span<const T>> weight, float eps, GpuRows<T> out,
              device::Span<float> scale);

/// Floats that rms_norm_backward needs as `partial`.
std::size_t rms_norm_partial(std::int64_t rows, std::int64_t width);

/// Adds to dx and dweight. `partial` is overwritten.
template <class T>
void rms_norm_backward(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> dout,
                       std::type_identity_t<GpuRows<const T>> x,
                       std::type_identity_t<device::Span<const T>> weight, device::Span<const float> scale,
                       GpuRows<T> dx, device::Span<float> dweight, device::Span<float> partial);

}  // namespace srl::compute
