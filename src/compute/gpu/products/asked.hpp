#pragma once
// For tests: what the emulated GPU was asked for.
#include <map>
#include <set>

#include "compute/gpu/products/back_end.hpp"

namespace srl::compute::emulated {

/// The algorithms that products of each kind ran with since the process began. Each choice is an algorithm of
/// its own, as if a library's choice depended on everything it is told.
const std::map<ProductKind, std::set<std::uint64_t>>& algorithms_asked();

}  // namespace srl::compute::emulated
