#pragma once
// What a run keeps in the memory of its GPU: one arena with the weights, the packs' tensors and the
// optimizer.
#include <memory>
#include <optional>

#include "comm/communicator.hpp"
#include "device/arena.hpp"
#include "device/stream.hpp"
#include "model/pack.hpp"
#include "training/gpu/gpu_optimizer.hpp"
#include "training/options.hpp"

namespace srl::training {

/// The largest pack of a run on a GPU.
model::PackLimits pack_limits(const Options& options, const model::ModelConfig& config);
/// auto is bf16.
model::Dtype gpu_dtype(const Options& options);

class GpuSide {
 public:
  /// Collective. Keeps a reference to `host`, which holds fp32 weights. EnvironmentError, with what would
  /// help, if the GPU has not enough memory.
  GpuSide(const Options& options, model::Parameters& host, const device::Device& device,
          const comm::Communicator& world);
  /// Bytes of the arena.
  static std::size_t bytes(const Options& options, const model::ModelConfig& config, int ranks);

  /// A model for training, or the frozen start model of kl_beta. Each may be made once.
  model::PackModel make_model();
  model::PackModel make_reference();
  std::unique_ptr<Optimizer> make_optimizer(const AdamWSettings& settings, std::int64_t zero,
                                            const comm::Communicator& world);

 private:
  model::Parameters& host_;
  model::PackLimits most_;
  device::Stream compute_, transfers_;
  Sharding sharding_;
  device::Arena memory_;
  model::GpuWeights weights_;
  std::optional<model::GpuWeights> reference_;
};

}  // namespace srl::training
