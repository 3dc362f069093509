#pragma once
#include <cstdint>
#include <limits>

namespace srl::trajectory {

/// In a shard's columns of texts: the offset of a text that a solution or a step does not have.
inline constexpr std::uint64_t absent = std::numeric_limits<std::uint64_t>::max();

}  // namespace srl::trajectory
