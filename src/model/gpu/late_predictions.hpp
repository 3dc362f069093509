#pragma once
// Predictions on their way from a GPU to the host: they are copied while the GPU works on, and read one pack
// later. Only for this room.
#include <deque>

#include "device/pinned_pair.hpp"
#include "model/forward/pack_plan.hpp"

namespace srl::model {

class LatePredictions {
 public:
  /// Whose predictions, and what gets them.
  struct Reader {
    PredictionsByRow by_row;
    ReadPredictions read;
  };
  /// Pinned memory for the predictions of two packs.
  LatePredictions(const device::Device& device, const PackLimits& most);
  /// Begins to copy: logprob [predictions], sorted by row, entropy [rows]. Bug if two packs are under way.
  void send(const device::Stream& stream, device::Span<const float> logprob,
            device::Span<const float> entropy, Reader reader);
  /// Waits for the predictions that were sent first, until those of `left` packs are under way. Calls `read`
  /// in the order of the packs.
  void read_all_but(std::size_t left);

 private:
  struct UnderWay {
    const device::PinnedPiece& memory;
    Reader reader;
  };
  static Predictions read(const UnderWay& one);

  device::PinnedPair memory_;
  std::deque<UnderWay> under_way_;
};

}  // namespace srl::model
