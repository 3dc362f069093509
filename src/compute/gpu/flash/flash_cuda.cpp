// FlashAttention by LibTorch. Its tensors are views of our matrices: rows, heads, elements of a head.
#include <ATen/Context.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/cuda/CUDAContextLight.h>
#include <ATen/ops/_flash_attention_backward.h>
#include <ATen/ops/_flash_attention_forward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/not_copied.hpp"
#include "base/strings.hpp"
#include "compute/gpu/flash/back_end.hpp"
#include "compute/gpu/flash/share.hpp"
#include "device/device.hpp"

namespace srl::compute {
namespace flash {
namespace {

using device::Bf16;

/// The mode in which the sums of dq have one order. LibTorch would also fill fresh memory with NaN in it.
class Deterministic : NotCopied {
 public:
  Deterministic()
      : before_(at::globalContext().deterministicAlgorithms()),
        warned_(at::globalContext().deterministicAlgorithmsWarnOnly()),
        filled_(at::globalContext().deterministicFillUninitializedMemory()) {
    at::globalContext().setDeterministicAlgorithms(true, false);
    at::globalContext().setDeterministicFillUninitializedMemory(false);
  }
  ~Deterministic() {
    at::globalContext().setDeterministicAlgorithms(before_, warned_);
    at::globalContext().setDeterministicFillUninitializedMemory(filled_);
  }

 private:
  bool before_, warned_, filled_;
};

/// Runs `work` with the stream as LibTorch's current one.
template <class Work>
void in_torch(const device::Stream& stream, device::Span<std::byte> memory, const Work& work) {
  device::make_current(stream.device());
  try {
    const Share share(memory);
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
    const at::AutoDispatchBelowAutograd no_autograd;
    const Deterministic deterministic;
    const c10::cuda::CUDAStreamGuard current(c10::cuda::getStreamFromExternal(
        static_cast<cudaStream_t>(stream.handle()), static_cast<c10::DeviceIndex>(stream.device().index)));
    work();
  } catch (const c10::Error& error) {
    throw EnvironmentError(cat("FlashAttention of LibTorch failed on ", stream.device().name(), ": ",
                               error.what_without_backtrace()));
  }
}

/// Makes tensors of device memory.
class Views {
 public:
  explicit Views(const device::Stream& stream)
      : device_(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(stream.device().index)) {}

  /// [rows, heads, elements of a head]
  template <class T>
  at::Tensor heads(const GpuRows<T>& matrix, std::int64_t heads) const {
    const std::int64_t dim = matrix.view.width / heads;
    return view(matrix.view.data, {matrix.view.rows, heads, dim}, {matrix.view.stride, dim, 1},
                at::kBFloat16);
  }
  template <class T>
  at::Tensor floats(const GpuRows<T>& matrix) const {
    return view(matrix.view.data, {matrix.view.rows, matrix.view.width}, {matrix.view.stride, 1}, at::kFloat);
  }
  at::Tensor numbers(device::Span<const std::int32_t> values) const {
    return view(values.data(), {static_cast<std::int64_t>(values.size())}, {1}, at::kInt);
  }
  at::Tensor fresh(std::int64_t count) const {
    return at::empty({count}, at::TensorOptions().device(device_).dtype(at::kLong));
  }

 private:
  template <class T>
  at::Tensor view(const T* data, at::IntArrayRef sizes, at::IntArrayRef strides, at::ScalarType type) const {
    return at::from_blob(const_cast<T*>(data), sizes, strides,
                         at::TensorOptions().device(device_).dtype(type));
  }

  c10::Device device_;
};

/// With 1, LibTorch would take another path, which is wrong for sequences without queries
/// (Dao-AILab/flash-attention#1537).
std::int64_t longest(std::int32_t length) {
  return std::max(length, 2);
}

double scale_of(const AttentionShape& shape) {
  return 1 / std::sqrt(static_cast<double>(shape.head_dim));
}

}  // namespace

bool is_automatic() {
  return true;
}

std::int64_t processors(const device::Device& device) {
  return at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(device.index))->multiProcessorCount;
}

std::int32_t comparison_factor() {
  return 8;
}

void forward(const device::Stream& stream, device::Span<std::byte> memory, const AttentionShape& shape,
             const GpuQkv& qkv, const GpuSequences& sequences, const GpuRows<Bf16>& out,
             const GpuRows<float>& lse) {
  in_torch(stream, memory, [&] {
    const Views views(stream);
    const auto [attended, log_sums, seed, offset, mask] = at::_flash_attention_forward(
        views.heads(qkv.queries, shape.heads), views.heads(qkv.keys, shape.kv_heads),
        views.heads(qkv.values, shape.kv_heads), views.numbers(sequences.first_query),
        views.numbers(sequences.first_key), longest(sequences.longest_query), longest(sequences.longest_key),
        0.0, sequences.causal, false, scale_of(shape));
    views.heads(out, shape.heads).copy_(attended);
    views.floats(lse).copy_(log_sums.t());  // [heads, queries] there
  });
}

void backward(const device::Stream& stream, device::Span<std::byte> memory, const AttentionShape& shape,
              const GpuRows<const Bf16>& dout, const GpuQkv& qkv, const GpuSequences& sequences,
              const GpuRows<const Bf16>& out, const GpuRows<const float>& lse,
              const GpuQkvGradient& gradient) {
  in_torch(stream, memory, [&] {
    const Views views(stream);
    const auto [dq, dk, dv] = at::_flash_attention_backward(
        views.heads(dout, shape.heads), views.heads(qkv.queries, shape.heads),
        views.heads(qkv.keys, shape.kv_heads), views.heads(qkv.values, shape.kv_heads),
        views.heads(out, shape.heads), views.floats(lse).t().contiguous(),
        views.numbers(sequences.first_query), views.numbers(sequences.first_key),
        longest(sequences.longest_query), longest(sequences.longest_key), 0.0, sequences.causal,
        views.fresh(2), views.fresh(2), scale_of(shape));
    views.heads(gradient.queries, shape.heads).copy_(dq);
    views.heads(gradient.keys, shape.kv_heads).copy_(dk);
    views.heads(gradient.values, shape.kv_heads).copy_(dv);
  });
}

}  // namespace flash

bool flash_attention_available() {
  return true;
}

}  // namespace srl::compute
