#pragma once
// The trained model as a Hugging Face folder.
#include <filesystem>

#include "model/parameters.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Rank 0 alone. Writes `folder` from the weights, with all else from options.model, and says in the log what
/// share of the weights differs from the start model's, both rounded to the exported type: a small learning
/// rate may not change a bf16 weight at all.
void export_trained(const model::Parameters& weights, const Options& options,
                    const std::filesystem::path& folder);

}  // namespace srl::training
