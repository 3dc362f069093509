#pragma once
// What the environment says of the emulated GPUs (emulated.hpp lists the names). Inside this room only.
#include <cstddef>

#include "device/emulated.hpp"

namespace srl::device::emulated {

struct Settings {
  int gpus = 8;  ///< of this node
  std::size_t memory = std::size_t{1} << 30;
  Order order = Order::random;
  std::uint64_t seed = 1;
  bool protect = true;
};

/// BadOption for a value that cannot be meant.
Settings settings_from_environment();

}  // namespace srl::device::emulated
