#include "model/gpu_parameters.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "base/error.hpp"
#include "compute/elements.hpp"
#include "device/memory.hpp"

namespace srl::model {
namespace {

std::size_t elements_of(const std::vector<ParameterInfo>& layout) {
  return static_cast<std::size_t>(layout.back().offset + layout.back().count);
}

}  // namespace

GpuWeights::GpuWeights(const ModelConfig& config, device::Dtype dtype, device::Arena& memory)
    : config_(config), dtype_(dtype), layout_(parameter_layout(config)) {
  if (dtype == device::Dtype::fp64) { throw Bug("weights on a GPU are bf16 or fp32"); }
  memory_ = memory.take<std::byte>("weights", bytes(config, dtype));
}

std::size_t GpuWeights::bytes(const ModelConfig& config, device::Dtype dtype) {
  return elements_of(parameter_layout(config)) * device::bytes_of(dtype);
}

template <class T>
device::Span<T> GpuWeights::flat() const {
  if (device::dtype_of<T>() != dtype_) { throw Bug("weights of another type"); }
  return memory_.as<T>();
}
template device::Span<float> GpuWeights::flat() const;
template device::Span<device::Bf16> GpuWeights::flat() const;

void GpuWeights::upload(const device::Stream& stream, const Parameters& from) const {
  if (from.dtype() != Dtype::fp32 || static_cast<std::size_t>(from.elements()) != elements()) {
    throw Bug("weights of another type or model");
  }
  const std::span<const float> values(from.flat().const_data_ptr<float>(), elements());
  if (dtype_ == device::Dtype::fp32) {
    device::upload(stream, flat<float>(), values);
    stream.wait();
    return;
  }
  std::vector<device::Bf16> rounded(std::min<std::size_t>(elements(), std::size_t{1} << 24));
  for (std::size_t begin = 0; begin < elements(); begin += rounded.size()) {
    const std::size_t count = std::min(rounded.size(), elements() - begin);
    const std::span<device::Bf16> some(rounded.data(), count);
    compute::convert(values.subspan(begin, count), some);
    device::upload(stream, flat<device::Bf16>().part(begin, count), some);
  }
  stream.wait();
}

GpuGradients::GpuGradients(std::vector<ParameterInfo> layout, device::Span<float> flat)
    : layout_(std::move(layout)), flat_(flat) {
  std::size_t end = 0;
  for (const ParameterInfo& info : layout_) {
    end = std::max(end, static_cast<std::size_t>(info.offset + info.count));
  }
  if (flat_.size() != end) { throw Bug("gradients of another layout"); }
}

}  // namespace srl::model
