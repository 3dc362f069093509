#include "model/pack.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "model/cpu/machine.hpp"
#include "model/forward/engine.hpp"
#include "model/gpu/machine.hpp"

namespace srl::model {
namespace {

template <class T>
std::unique_ptr<PackModel::Impl> on_cpu(const Parameters& parameters) {
  return std::make_unique<Engine<CpuMachine<T>>>(std::make_unique<CpuMachine<T>>(parameters));
}

std::unique_ptr<PackModel::Impl> on_cpu(const Parameters& parameters) {
  switch (parameters.dtype()) {
    case Dtype::fp32: return on_cpu<float>(parameters);
    case Dtype::fp64: return on_cpu<double>(parameters);
    case Dtype::bf16: break;
  }
  throw BadOption("bf16 weights are not supported on a CPU: load them as fp32");
}

template <class T>
std::unique_ptr<PackModel::Impl> on_gpu(const GpuWeights& weights, const PackLimits& most,
                                        device::Arena& memory, const device::Turn& turn,
                                        const device::Stream& stream) {
  return std::make_unique<Engine<GpuMachine<T>>>(
      std::make_unique<GpuMachine<T>>(weights, most, memory, turn, stream));
}

template <class T>
device::TurnBytes bytes_of(const ModelConfig& config, const PackLimits& most) {
  device::ArenaCount kept, in_turn;
  const GpuBuffers<T> buffers(config, most, kept);
  const GpuScratch<T> scratch(config, most, in_turn);
  return {kept.bytes(), in_turn.bytes()};
}

}  // namespace

PackModel::PackModel(const Parameters& parameters) : impl_(on_cpu(parameters)) {}

PackModel::PackModel(const GpuWeights& weights, const PackLimits& most, device::Arena& memory,
                     const device::Stream& stream, const std::optional<device::Turn>& turn) {
  check_gpu_sizes(weights.config());
  const device::Turn in_turn = turn.value_or(device::Turn(memory));
  impl_ = weights.dtype() == Dtype::bf16 ? on_gpu<device::Bf16>(weights, most, memory, in_turn, stream)
                                         : on_gpu<float>(weights, most, memory, in_turn, stream);
}

device::TurnBytes PackModel::gpu_bytes(const ModelConfig& config, Dtype dtype, const PackLimits& most) {
  return dtype == Dtype::bf16 ? bytes_of<device::Bf16>(config, most) : bytes_of<float>(config, most);
}

PackModel::~PackModel() = default;
PackModel::PackModel(PackModel&&) noexcept = default;

Predictions PackModel::forward(const Pack& pack, const ForwardOptions& options) {
  const at::AutoDispatchBelowAutograd guard;
  return impl_->forward(pack, options);
}

Predictions PackModel::forward_backward(const Pack& pack, const ForwardOptions& options, const Loss& loss,
                                        const AnyGradients& gradients, const BackwardHooks& hooks) {
  const at::AutoDispatchBelowAutograd guard;
  return impl_->forward_backward(pack, options, loss, gradients, hooks);
}

void PackModel::enqueue_forward(const Pack& pack, const ForwardOptions& options,
                                const ReadPredictions& read) {
  const at::AutoDispatchBelowAutograd guard;
  impl_->enqueue_forward(pack, options, read);
}

void PackModel::enqueue_forward_backward(const Pack& pack, const ForwardOptions& options,
                                         const QueuedLoss& loss, const AnyGradients& gradients,
                                         const BackwardHooks& hooks) {
  const at::AutoDispatchBelowAutograd guard;
  impl_->enqueue_forward_backward(pack, options, loss, gradients, hooks);
}

void PackModel::read_all() {
  impl_->read_all();
}

std::vector<float> PackModel::logits(const Pack& pack, std::span<const std::int64_t> rows) {
  const at::AutoDispatchBelowAutograd guard;
  return impl_->logits(pack, rows);
}

}  // namespace srl::model
