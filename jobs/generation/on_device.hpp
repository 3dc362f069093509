#pragma once
// The model of a job that generates, on the CPU or on this rank's GPU.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/not_copied.hpp"
#include "base/thread_pool.hpp"
#include "comm/communicator.hpp"
#include "device/arena.hpp"
#include "device/options.hpp"
#include "model/gpu_parameters.hpp"
#include "model/model_folder.hpp"
#include "rollout/generate.hpp"

namespace srl::jobs {

/// A rank's device and the type of its weights.
struct Place {
  device::Device device;
  device::Dtype dtype = device::Dtype::fp32;  ///< auto: fp32 on a CPU, bf16 on a GPU
};
/// Collective. Writes both to the log. BadOption: a rank has no such device, or the type does not fit it.
Place place_of(const device::DeviceOptions& options, const comm::Communicator& world);

/// A model's weights in the memory of the device.
class Weights : NotCopied {
 public:
  /// Loads the folder's weights; `tick` is called between pieces. A GPU gets them piece by piece, without a
  /// copy of them all on the host. EnvironmentError if its memory is too small.
  Weights(const model::ModelFolder& folder, const Place& place, const std::function<void()>& tick);

 private:
  friend class DeviceGenerator;
  std::optional<model::Parameters> on_cpu_;
  std::optional<device::Stream> stream_;
  std::optional<device::Arena> memory_;
  std::optional<model::GpuWeights> on_gpu_;
};

/// A generator with its memory. Keeps a reference to the weights, and to the pool on a CPU.
class DeviceGenerator : NotCopied {
 public:
  /// EnvironmentError if the GPU's memory is too small.
  DeviceGenerator(const Weights& weights, const std::vector<std::int32_t>& stop_ids,
                  const rollout::RolloutOptions& options, ThreadPool& pool,
                  std::function<std::string(const std::vector<std::int32_t>&)> decode);
  rollout::Generator* operator->() { return &*generator_; }
  const rollout::Generator* operator->() const { return &*generator_; }

 private:
  std::optional<device::Arena> memory_;
  std::optional<rollout::Generator> generator_;
};

}  // namespace srl::jobs
