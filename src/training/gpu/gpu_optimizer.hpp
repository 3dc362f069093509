#pragma once
// AdamW on GPUs: each rank owns a part of every bucket, in fp32 master weights and moments, and the weights
// of the model, in bf16 or fp32, are gathered from the parts. Checkpoints are those of the CPU.
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "comm/communicator.hpp"
#include "device/stream.hpp"
#include "device/turns.hpp"
#include "model/gpu_parameters.hpp"
#include "training/gpu/gpu_gradients.hpp"
#include "training/optimise/optimizer.hpp"

namespace srl::training {

/// What the optimizer of a rank needs. The references outlive it.
struct GpuOptimizerParts {
  const Sharding& sharding;
  model::Parameters& host;           ///< fp32 weights of rank 0: the start, and what exports read
  const model::GpuWeights& weights;  ///< of the model on the GPU
  device::Arena& memory;
  device::Turn turn;  ///< of the gradients
  const device::Stream &compute, &transfers;
  std::function<void()> tick = {};  ///< while the weights are sent
};

/// Bytes of its memory; in turn: the gradients.
device::TurnBytes gpu_optimizer_bytes(const Sharding& sharding, std::int64_t zero);

/// Collective. Sends rank 0's weights to all GPUs.
std::unique_ptr<Optimizer> make_gpu_optimizer(const GpuOptimizerParts& parts, const AdamWSettings& settings,
                                              std::int64_t zero, const comm::Communicator& world);

}  // namespace srl::training
