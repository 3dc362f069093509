#pragma once
// What allocations of buffers and arenas share.
#include <cstddef>

#include "device/device.hpp"

namespace srl::device {

/// Bug after forbid_allocation.
void check_may_allocate(const Device& device, std::size_t bytes);
std::byte* allocate_on_cpu(std::size_t bytes);  ///< freed with std::free

}  // namespace srl::device
