#pragma once
// The loss of packs on a GPU: what its tokens need goes there with the pack, through pinned memory, and their
// gradients are computed beside the predictions (objective/gpu_loss.hpp).
#include <vector>

#include "device/arena.hpp"
#include "device/pinned_pair.hpp"
#include "model/pack.hpp"
#include "objective/gpu_loss.hpp"

namespace srl::training {

class GpuLoss {
 public:
  /// `most`: the largest pack. Memory: bytes(most), and twice as much pinned memory on the host.
  GpuLoss(const model::PackLimits& most, device::Arena& memory);
  static std::size_t bytes(const model::PackLimits& most);
  /// Enqueues the gradients of a pack. `tokens` [predictions], in the pack's order; Bug for another number.
  void enqueue(const device::Stream& stream, const objective::LossTerms& terms,
               const std::vector<objective::LossToken>& tokens, const model::GpuLossPlace& place);

 private:
  device::Span<objective::LossToken> tokens_;  ///< of the pack that is computed
  device::PinnedPair on_host_;
};

}  // namespace srl::training
