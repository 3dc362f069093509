#include <cmath>

#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/merge_attention.hpp"

namespace srl::compute {
namespace {

constexpr unsigned heads_per_block = 4;

/// One warp per row and head.
template <class T, class O>
__global__ void merge_kernel(Rows<const T> parts, Rows<const float> lse, const std::int32_t* first,
                             Rows<O> out, Rows<float> out_lse) {
  const std::int32_t begin = first[blockIdx.x], end = first[blockIdx.x + 1];
  const std::int64_t head = static_cast<std::int64_t>(blockIdx.y) * blockDim.y + threadIdx.y;
  if (head >= lse.width) { return; }
  const std::int64_t head_dim = out.width / lse.width;
  float most = -INFINITY, total = 0;
  for (std::int32_t part = begin; part < end; ++part) { most = larger(most, lse.row(part)[head]); }
  const auto weight_of = [&](std::int32_t part) {
    const float of_part = lse.row(part)[head];
    return of_part == -INFINITY ? 0.0F : expf(of_part - most);
  };
  for (std::int32_t part = begin; part < end; ++part) { total += weight_of(part); }
  for (std::int64_t i = threadIdx.x; i < head_dim; i += 32) {
    float sum = 0;
    for (std::int32_t part = begin; part < end; ++part) {
      const float weight = weight_of(part);  // a part without weight is not read: it may hold anything
      if (weight != 0) { sum += weight / total * as_float(parts.row(part)[head * head_dim + i]); }
    }
    out.row(blockIdx.x)[head * head_dim + i] = rounded<O>(sum);
  }
  if (out_lse.rows > 0 && threadIdx.x == 0) {
    out_lse.row(blockIdx.x)[head] = total == 0 ? -INFINITY : most + logf(total);
  }
}

}  // namespace

template <class T, class O>
void merge_attention(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> parts,
                     GpuRows<const float> lse, device::Span<const std::int32_t> first, GpuRows<O> out,
                     GpuRows<float> out_lse) {
  const std::int64_t rows = out.view.rows, heads = lse.view.width;
  check_size("merge of attention", first.size(), static_cast<std::size_t>(rows) + 1, "first parts");
  if (lse.view.rows != parts.view.rows || parts.view.width != out.view.width || heads < 1 ||
      out.view.width % heads != 0) {
    throw Bug("merge of attention: parts of " + std::to_string(parts.view.width) + " and " +
              std::to_string(heads) + " heads for rows of " + std::to_string(out.view.width));
  }
  if (out_lse.view.rows != 0 && (out_lse.view.rows != rows || out_lse.view.width != heads)) {
    throw Bug("merge of attention: " + std::to_string(out_lse.view.rows) + " rows of lse for " +
              std::to_string(rows));
  }
  if (rows == 0) { return; }
  device::launch<merge_kernel<T, O>>(
      stream,
      {{static_cast<unsigned>(rows), device::blocks_for(static_cast<std::size_t>(heads), heads_per_block)},
       {32, heads_per_block}},
      parts.view, lse.view, first.data(), out.view, out_lse.view);
}

template void merge_attention<float>(const device::Stream&, GpuRows<const float>, GpuRows<const float>,
                                     device::Span<const std::int32_t>, GpuRows<float>, GpuRows<float>);
template void merge_attention<float>(const device::Stream&, GpuRows<const float>, GpuRows<const float>,
                                     device::Span<const std::int32_t>, GpuRows<device::Bf16>, GpuRows<float>);
template void merge_attention<device::Bf16>(const device::Stream&, GpuRows<const device::Bf16>,
                                            GpuRows<const float>, device::Span<const std::int32_t>,
                                            GpuRows<device::Bf16>, GpuRows<float>);

}  // namespace srl::compute
