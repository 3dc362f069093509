#pragma once
// Differences between two models with the same tensors.
#include <iosfwd>

#include "model/parameters.hpp"

namespace srl::model {

/// Prints one line per tensor: name, largest absolute difference, relative difference ‖a-b‖₂/‖a‖₂. Reports
/// tensors that only one model has and tensors of different shape. Returns true when everything is equal.
bool print_differences(const Parameters& a, const Parameters& b, std::ostream& out);

}  // namespace srl::model
