#pragma once
// What a run keeps in the memory of its GPU: one arena with the weights and the optimizer, and one piece that
// is gradients and activations in training and the key/value cache while the run samples.
#include <functional>
#include <memory>
#include <optional>

#include "comm/communicator.hpp"
#include "compute/attention_choice.hpp"
#include "device/arena.hpp"
#include "device/stream.hpp"
#include "device/turns.hpp"
#include "model/pack.hpp"
#include "reward/batch_similarity.hpp"
#include "rollout/generate.hpp"
#include "training/gpu/gpu_loss.hpp"
#include "training/gpu/gpu_optimizer.hpp"
#include "training/gpu/gpu_plan.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Without a backward.
model::PackLimits forward_only(model::PackLimits most);
/// The largest pack of a run on a GPU; `flash`: with FlashAttention.
model::PackLimits pack_limits(const Options& options, const model::ModelConfig& config, bool flash);
/// Whether the run samples or validates.
bool generates(const Options& options);
/// Whether the run computes its rewards on the GPU, beside generation.
bool rewards_on_gpu(const Options& options);
/// Memory for one batch of rewards; a larger batch runs in parts.
inline constexpr std::size_t reward_workspace_bytes = std::size_t{16} << 20;
/// auto is bf16.
model::Dtype gpu_dtype(const Options& options);

class GpuSide {
 public:
  /// Collective. Takes what gpu_plan() says, with the key/value cache of with_cache() for the GPU with the
  /// least memory. Keeps a reference to `host`, which holds rank 0's fp32 weights, and `tick`, which is
  /// called while they are sent. EnvironmentError, with what would help, if the GPU has not enough memory.
  GpuSide(const Options& options, model::Parameters& host, const device::Device& device,
          const comm::Communicator& world, std::function<void()> tick);
  const compute::ChosenAttention& attention() const { return attention_; }  ///< the same on all ranks

  /// A model for training, the frozen start model of kl_beta, and what samples, if the run samples or
  /// validates (generates()). Each may be made once.
  model::PackModel make_model();
  model::PackModel make_reference();
  std::unique_ptr<rollout::Generator> make_generator(
      std::vector<std::int32_t> stop_ids,
      std::function<std::string(const std::vector<std::int32_t>&)> decode);
  std::unique_ptr<Optimizer> make_optimizer(const AdamWSettings& settings, std::int64_t zero,
                                            const comm::Communicator& world);
  const GpuPlan& plan() const { return plan_; }
  GpuLoss& loss() { return loss_; }  ///< of the model's packs
  /// Where rewards are computed; null if the run has none that a GPU computes.
  const reward::GpuPlace* reward_place() const { return reward_place_ ? &*reward_place_ : nullptr; }

 private:
  model::Parameters& host_;
  std::function<void()> tick_;
  compute::ChosenAttention attention_;
  model::PackLimits most_;
  device::Stream compute_, transfers_, rewards_;
  Sharding sharding_;
  rollout::RolloutOptions rollout_;
  GpuPlan plan_;
  device::Arena memory_;
  device::Turns turns_;  ///< in one piece of it
  model::GpuWeights weights_;
  GpuLoss loss_;
  std::optional<model::GpuWeights> reference_;
  std::optional<reward::GpuPlace> reward_place_;
};

}  // namespace srl::training
