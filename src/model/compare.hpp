#pragma once
// Differences between two models with the same tensors.
#include <filesystem>
#include <functional>
#include <iosfwd>

#include "model/parameters.hpp"

namespace srl::model {

/// Prints one line per tensor: name, largest absolute difference, relative difference ‖a-b‖₂/‖a‖₂. Reports
/// tensors that only one model has and tensors of different shape. Returns true when everything is equal.
bool print_differences(const Parameters& a, const Parameters& b, std::ostream& out);

/// The share of weights that differ from those in `model_folder`, after both are rounded to `dtype`. The
/// folder's tensors are read in pieces: no second model is held in memory. `tick` is called between pieces.
double changed_share(const Parameters& weights, const std::filesystem::path& model_folder, Dtype dtype,
                     const std::function<void()>& tick = {});

}  // namespace srl::model
