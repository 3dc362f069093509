#pragma once
// Settings of the emulated GPUs from the environment (emulated.hpp lists the variables).
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

/// BadOption for an invalid value.
Settings settings_from_environment();

}  // namespace srl::device::emulated
