#include "model/gpu/late_predictions.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace srl::model {

LatePredictions::LatePredictions(const device::Device& device, const PackLimits& most)
    : memory_(device, static_cast<std::size_t>(most.predictions + std::min(most.tokens, most.predictions)) *
                          sizeof(float)) {}

void LatePredictions::send(const device::Stream& stream, device::Span<const float> logprob,
                           device::Span<const float> entropy, Reader reader) {
  if (under_way_.size() > 1) { throw Bug("the predictions of two packs were not read"); }
  device::PinnedPiece& piece = memory_.next();
  const std::span<float> all = piece.first<float>(logprob.size() + entropy.size()).elements;
  device::download(stream, device::PinnedSpan<float>{all.first(logprob.size())}, logprob);
  device::download(stream, device::PinnedSpan<float>{all.subspan(logprob.size())}, entropy);
  piece.sent(stream);
  under_way_.push_back({piece, std::move(reader)});
}

Predictions LatePredictions::read(const UnderWay& one) {
  one.memory.wait();
  const std::vector<std::int32_t>&first = one.reader.by_row.first(), &order = one.reader.by_row.order();
  const std::size_t predictions = order.size(), rows = first.size() - 1;
  const std::span<const float> values = one.memory.first<float>(predictions + rows).elements;
  Predictions result{std::vector<double>(predictions), std::vector<double>(predictions)};
  for (std::size_t row = 0; row < rows; ++row) {
    for (auto i = static_cast<std::size_t>(first[row]); i < static_cast<std::size_t>(first[row + 1]); ++i) {
      const auto p = static_cast<std::size_t>(order[i]);
      result.logprob[p] = double{values[i]};
      result.entropy[p] = double{values[predictions + row]};
    }
  }
  return result;
}

void LatePredictions::read_all_but(std::size_t left) {
  while (under_way_.size() > left) {
    const UnderWay oldest = std::move(under_way_.front());
    under_way_.pop_front();
    oldest.reader.read(read(oldest));
  }
}

}  // namespace srl::model
