#pragma once
// Differences between two models with the same tensors.
#include <iosfwd>

#include "model/parameters.hpp"

namespace srl::model {

/// One line a tensor: name, largest absolute difference, relative difference ‖a-b‖₂/‖a‖₂; a tensor that only
/// one has, or of another shape, is said. True when everything is equal.
bool print_differences(const Parameters& a, const Parameters& b, std::ostream& out);

}  // namespace srl::model
