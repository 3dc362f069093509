#pragma once
// The trained model as a Hugging Face folder.
#include <filesystem>

#include "model/parameters.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Called on rank 0 only. Writes the weights to `folder` and copies all other files from options.model. A
/// folder that holds more than a model is kept; then FOLDER_2 is written. Returns the folder. Logs the share
/// of weights that differ from the start model after rounding to the exported type: a small learning rate may
/// not change a bf16 weight at all. Both stream tensors: no second model is held in memory.
std::filesystem::path export_trained(const model::Parameters& weights, const Options& options,
                                     const std::filesystem::path& folder);

}  // namespace srl::training
