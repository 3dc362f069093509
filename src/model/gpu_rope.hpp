#pragma once
// The rotation of positions in a GPU's memory, one for training and generation: cos and sin of rope_row in
// fp32.
#include <cstdint>

#include "compute/rotation.hpp"
#include "device/arena.hpp"
#include "model/config.hpp"

namespace srl::model {

struct GpuRope {
  std::int64_t head_dim = 0, positions = 0;
  device::Span<float> cosine, sine;  ///< [positions, head_dim / 2]

  /// Memory: device::Arena, or ArenaCount. Not initialised.
  template <class Memory>
  GpuRope(const ModelConfig& config, std::int64_t position_count, Memory& memory)
      : head_dim(config.head_dim), positions(position_count) {
    const auto angles = static_cast<std::size_t>(positions * (head_dim / 2));
    cosine = memory.template take<float>("rotation", angles);
    sine = memory.template take<float>("rotation", angles);
  }
  void upload(const device::Stream& stream, const ModelConfig& config) const;
  compute::GpuRotation at(device::Span<const std::int32_t> position) const {
    return {position, cosine, sine, head_dim};
  }
};

}  // namespace srl::model
