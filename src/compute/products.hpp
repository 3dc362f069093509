#pragma once
// Matrix products on a GPU: by cuBLASLt on a card, by plain loops on the emulated GPU.
//
//   forward          out [rows, n]  = x [rows, k] weight [n, k]^T
//   input_gradient   dx [rows, k]   = dout [rows, n] weight [n, k]
//   weight_gradient  dweight [n, k] = dout [rows, n]^T x [rows, k]
//
// bf16 in, sums in fp32, results (T) bf16 or fp32, rounded once. A weight's shape has one algorithm for each
// of these products and type of result, whatever the number of rows, and never one that splits a sum
// (split-K): so that a row's bits do not depend on the number of rows beside it.
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/not_copied.hpp"
#include "compute/gpu_rows.hpp"
#include "device/dtype.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// What happens to the elements that the result's memory holds.
enum class Result { overwritten, added };

/// The products of one GPU and the algorithms chosen for them. For one stream at a time, because products
/// share `workspace`.
class Products : NotCopied {
 public:
  /// `workspace` may be empty; algorithms that need more are not chosen. EnvironmentError without GPUs.
  Products(const device::Device& device, device::Span<std::byte> workspace);
  ~Products();

  // In the stream's order. Throws Bug if shapes do not fit, or if rows do not begin at multiples of 16 bytes
  // where n and k are multiples of 8 (of 8 bytes where they are multiples of 4, and so on).

  template <class T>
  void forward(const device::Stream& stream, GpuRows<const device::Bf16> x,
               GpuRows<const device::Bf16> weight, GpuRows<T> out, Result result = Result::overwritten);
  template <class T>
  void input_gradient(const device::Stream& stream, GpuRows<const device::Bf16> dout,
                      GpuRows<const device::Bf16> weight, GpuRows<T> dx, Result result = Result::overwritten);
  /// At least one row.
  template <class T>
  void weight_gradient(const device::Stream& stream, GpuRows<const device::Bf16> dout,
                       GpuRows<const device::Bf16> x, GpuRows<T> dweight,
                       Result result = Result::overwritten);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::compute
