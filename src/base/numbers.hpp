#pragma once
// The two 32-bit halves of a 64-bit number.
#include <cstdint>

#include "base/host_device.hpp"

namespace srl {

SRL_HOST_DEVICE constexpr std::uint32_t low_word(std::uint64_t value) {
  return value & 0xFFFFFFFFu;
}
SRL_HOST_DEVICE constexpr std::uint32_t high_word(std::uint64_t value) {
  return value >> 32;
}

}  // namespace srl
