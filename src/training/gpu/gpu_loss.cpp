#include "training/gpu/gpu_loss.hpp"

#include "base/error.hpp"

namespace srl::training {
namespace {

/// Memory: device::Arena, or ArenaCount.
template <class Memory>
device::Span<objective::LossToken> take(const model::PackLimits& most, Memory& memory) {
  return memory.template take<objective::LossToken>("tokens of the loss",
                                                    static_cast<std::size_t>(most.predictions));
}

}  // namespace

GpuLoss::GpuLoss(const model::PackLimits& most, device::Arena& memory)
    : tokens_(take(most, memory)), on_host_(memory.device(), tokens_.bytes()) {}

std::size_t GpuLoss::bytes(const model::PackLimits& most) {
  device::ArenaCount count;
  take(most, count);
  return count.bytes();
}

void GpuLoss::enqueue(const device::Stream& stream, const objective::LossTerms& terms,
                      const std::vector<objective::LossToken>& tokens, const model::GpuLossPlace& place) {
  if (tokens.size() != place.order.size()) { throw Bug("the loss has tokens of another pack"); }
  device::PinnedPiece& piece = on_host_.next();
  const device::PinnedSpan<objective::LossToken> sorted = piece.first<objective::LossToken>(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    sorted.elements[i] = tokens[static_cast<std::size_t>(place.order[i])];
  }
  const device::Span<objective::LossToken> there = tokens_.first(tokens.size());
  device::upload(stream, there, sorted);
  piece.sent(stream);
  objective::loss_gradients(stream, terms,
                            {there, place.logprob, place.first, place.dlogprob, place.coefficient});
}

}  // namespace srl::training
