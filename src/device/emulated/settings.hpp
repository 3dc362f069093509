#pragma once
// Settings of the emulated GPUs from the environment (emulated.hpp lists the variables).
#include <cstddef>

#include "device/emulated.hpp"

namespace srl::device::emulated {

/// The version of CUDA that this build plays: CUDA 13.0.
inline constexpr int needed_driver = 13000;

struct Settings {
  int gpus = 8;  ///< of this node
  std::size_t memory = std::size_t{1} << 30;
  Order order = Order::random;
  std::uint64_t seed = 1;
  bool protect = true;
  int driver = needed_driver;  ///< the version of CUDA that the driver supports; 0 without a driver
};

/// BadOption for an invalid value.
Settings settings_from_environment();

}  // namespace srl::device::emulated
