#pragma once
// Weights and gradients in a GPU's memory: one flat array each, with the layout of Parameters.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "compute/gpu_rows.hpp"
#include "device/arena.hpp"
#include "device/dtype.hpp"
#include "device/stream.hpp"
#include "model/parameters.hpp"
#include "model/places.hpp"

namespace srl::model {

/// BadInput for a model whose sizes the GPU's kernels do not support.
void check_gpu_sizes(const ModelConfig& config);

/// Weights in bf16 or fp32.
class GpuWeights {
 public:
  /// Their memory comes from `memory`; not initialised. Bug for fp64.
  GpuWeights(const ModelConfig& config, device::Dtype dtype, device::Arena& memory);
  /// The same with a layout whose offsets leave gaps, in an array of `elements`.
  GpuWeights(const ModelConfig& config, std::vector<ParameterInfo> layout, std::size_t elements,
             device::Dtype dtype, device::Arena& memory);
  const ModelConfig& config() const { return config_; }
  const std::vector<ParameterInfo>& layout() const { return layout_; }
  device::Dtype dtype() const { return dtype_; }
  std::size_t elements() const { return memory_.size() / device::bytes_of(dtype_); }
  /// [elements]. Bug if T is not the dtype.
  template <class T>
  device::Span<T> flat() const;
  template <class T>
  device::Span<const T> vector(const Place& place) const {
    return flat<T>().part(static_cast<std::size_t>(place.offset),
                          static_cast<std::size_t>(place.rows * place.width));
  }
  template <class T>
  compute::GpuRows<const T> matrix(const Place& place) const {
    return {vector<T>(place), place.rows, place.width};
  }
  /// Copies fp32 weights of the same model, rounded to nearest; gaps become zero. Waits.
  void upload(const device::Stream& stream, const Parameters& from) const;
  void clear(const device::Stream& stream) const;  ///< zeros
  /// Copies fp32 values to the elements from `begin` on, rounded to nearest. In the stream's order; the
  /// values may change after this returns.
  void upload_part(const device::Stream& stream, std::size_t begin, std::span<const float> values) const;

  static std::size_t bytes(const ModelConfig& config, device::Dtype dtype);  ///< of `memory`

 private:
  ModelConfig config_;
  device::Dtype dtype_;
  std::vector<ParameterInfo> layout_;
  device::Span<std::byte> memory_;
};

/// Weights from model.safetensors or its shards with index, as load_parameters; piece by piece, so that the
/// host has no copy of them all. Waits.
void load_gpu_weights(const std::filesystem::path& model_folder, const device::Stream& stream,
                      const GpuWeights& weights, const std::function<void()>& tick = {});

/// Gradients in fp32. Copies share the memory.
class GpuGradients {
 public:
  /// Without memory: move_to() gives it.
  explicit GpuGradients(std::vector<ParameterInfo> layout) : layout_(std::move(layout)) {}
  /// `flat` has all elements of the layout.
  GpuGradients(std::vector<ParameterInfo> layout, device::Span<float> flat);
  const std::vector<ParameterInfo>& layout() const { return layout_; }
  device::Span<float> flat() const { return flat_; }
  /// To other memory, which has all elements of the layout. The gradients stay behind.
  void move_to(device::Span<float> flat);

 private:
  std::vector<ParameterInfo> layout_;
  device::Span<float> flat_;
};

}  // namespace srl::model
