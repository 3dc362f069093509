#pragma once
// Matrix products on a GPU: by cuBLASLt on a card, by plain loops on the emulated GPU.
//
//   forward          out [rows, n]  = x [rows, k] weight [n, k]^T     + addend [rows, n]
//   input_gradient   dx [rows, k]   = dout [rows, n] weight [n, k]    + addend [rows, k]
//   weight_gradient  dweight [n, k] = dout [rows, n]^T x [rows, k]    + addend [n, k]
//
// In and Out are bf16 and bf16, bf16 and fp32, or fp32 and fp32. Sums are fp32 (never TF32, whose inputs have
// 11 bits), results are rounded once. The addend is the result's own matrix, or shares no memory with it, or
// has no rows: then nothing is added. A weight's shape has one algorithm for each of these products and pair
// of types, whatever the number of rows, and never one that splits a sum (split-K): so that a row's bits do
// not depend on the number of rows beside it.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "base/not_copied.hpp"
#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// Bytes of a workspace that suits all of them: NVIDIA's advice for cuBLAS on sm_90.
inline constexpr std::size_t product_workspace = std::size_t{32} << 20;

/// The products of one GPU and the algorithms chosen for them. For one stream at a time, because products
/// share `workspace`.
class Products : NotCopied {
 public:
  /// `workspace` may be empty; algorithms that need more are not chosen. EnvironmentError without GPUs.
  Products(const device::Device& device, device::Span<std::byte> workspace);
  ~Products();

  template <class T>
  using Addend = std::type_identity_t<GpuRows<const T>>;

  // In the stream's order. Throws Bug if shapes do not fit, or if rows do not begin at multiples of 16 bytes
  // where rows of n and k elements of In are multiples of 16 bytes (of 8 bytes where they are multiples of 8,
  // and so on).

  template <class In, class Out>
  void forward(const device::Stream& stream, GpuRows<const In> x, GpuRows<const In> weight, GpuRows<Out> out,
               Addend<Out> addend = {{}, 0, 0});
  template <class In, class Out>
  void input_gradient(const device::Stream& stream, GpuRows<const In> dout, GpuRows<const In> weight,
                      GpuRows<Out> dx, Addend<Out> addend = {{}, 0, 0});
  /// At least one row.
  template <class In, class Out>
  void weight_gradient(const device::Stream& stream, GpuRows<const In> dout, GpuRows<const In> x,
                       GpuRows<Out> dweight, Addend<Out> addend = {{}, 0, 0});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::compute
