#pragma once
// The learning rate of each update.
#include <cstdint>

#include "training/options.hpp"

namespace srl::training {

/// Learning rate of update `update` (1-based) of `updates`: linear warm-up over the share warmup_ratio of the
/// updates, then constant or half a cosine to 0.
double learning_rate(const TrainingOptions& options, double update, std::int64_t updates);

}  // namespace srl::training
