#pragma once
// What buffers and arenas share when they take memory.
#include <cstddef>

#include "device/device.hpp"

namespace srl::device {

/// Bug after forbid_allocation.
void check_may_allocate(const Device& device, std::size_t bytes);
std::byte* allocate_on_cpu(std::size_t bytes);  ///< given back by std::free

}  // namespace srl::device
