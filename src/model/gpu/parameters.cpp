#include <ATen/ATen.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "compute/elements.hpp"
#include "device/memory.hpp"
#include "model/gpu_parameters.hpp"

namespace srl::model {
namespace {

std::size_t elements_of(const std::vector<ParameterInfo>& layout) {
  return static_cast<std::size_t>(layout.back().offset + layout.back().count);
}

}  // namespace

/// Kernels move 16 bytes at once, and tiles of attention hold up to 128 elements of a head.
void check_gpu_sizes(const ModelConfig& config) {
  if (config.hidden % 8 != 0 || config.intermediate % 8 != 0 || config.head_dim % 8 != 0 ||
      config.head_dim > 128) {
    throw BadInput(
        cat("models on a GPU need a hidden size, an intermediate size and a head size that are "
            "multiples of 8, and heads of at most 128; this one has ",
            config.hidden, ", ", config.intermediate, " and ", config.head_dim));
  }
}

GpuWeights::GpuWeights(const ModelConfig& config, device::Dtype dtype, device::Arena& memory)
    : GpuWeights(config, parameter_layout(config), elements_of(parameter_layout(config)), dtype, memory) {}

GpuWeights::GpuWeights(const ModelConfig& config, std::vector<ParameterInfo> layout, std::size_t elements,
                       device::Dtype dtype, device::Arena& memory)
    : config_(config), dtype_(dtype), layout_(std::move(layout)) {
  if (dtype == device::Dtype::fp64) { throw Bug("weights on a GPU are bf16 or fp32"); }
  if (elements < elements_of(layout_)) { throw Bug("weights end before their layout does"); }
  memory_ = memory.take<std::byte>("weights", elements * device::bytes_of(dtype));
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
  if (from.dtype() != Dtype::fp32 || from.layout().size() != layout_.size()) {
    throw Bug("weights of another type or model");
  }
  clear(stream);
  const float* const values = from.flat().const_data_ptr<float>();
  for (std::size_t i = 0; i < layout_.size();) {  // what is adjacent on both sides, in one copy
    const std::int64_t begin = layout_[i].offset, source = from.layout()[i].offset;
    std::int64_t end = begin;
    for (; i < layout_.size() && layout_[i].offset == end && from.layout()[i].offset - source == end - begin;
         ++i) {
      end += layout_[i].count;
    }
    upload_part(stream, static_cast<std::size_t>(begin),
                {values + source, static_cast<std::size_t>(end - begin)});
  }
  stream.wait();
}

void GpuWeights::clear(const device::Stream& stream) const {
  device::zero(stream, memory_);
}

void GpuWeights::upload_part(const device::Stream& stream, std::size_t begin,
                             std::span<const float> values) const {
  if (dtype_ == device::Dtype::fp32) {
    device::upload(stream, flat<float>().part(begin, values.size()), values);
    return;
  }
  std::vector<device::Bf16> rounded(std::min<std::size_t>(values.size(), std::size_t{1} << 24));
  for (std::size_t at = 0; at < values.size(); at += rounded.size()) {
    const std::span<device::Bf16> some(rounded.data(), std::min(rounded.size(), values.size() - at));
    compute::convert(values.subspan(at, some.size()), some);
    device::upload(stream, flat<device::Bf16>().part(begin + at, some.size()), some);
  }
}

GpuGradients::GpuGradients(std::vector<ParameterInfo> layout, device::Span<float> flat)
    : layout_(std::move(layout)) {
  move_to(flat);
}

void GpuGradients::move_to(device::Span<float> flat) {
  flat_ = flat;
  std::size_t end = 0;
  for (const ParameterInfo& info : layout_) {
    end = std::max(end, static_cast<std::size_t>(info.offset + info.count));
  }
  if (flat_.size() < end) { throw Bug("gradients of another layout"); }
}

}  // namespace srl::model
