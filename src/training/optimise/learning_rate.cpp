#include "training/optimise/learning_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace srl::training {

double learning_rate(const TrainingOptions& options, double update, std::int64_t updates) {
  const double warm = std::ceil(options.warmup_ratio * static_cast<double>(updates));
  if (update <= warm && warm > 0) { return options.learning_rate * update / warm; }
  if (options.lr_schedule == LrSchedule::constant) { return options.learning_rate; }
  const double rest = std::max(1.0, static_cast<double>(updates) - warm);
  return options.learning_rate * 0.5 *
         (1 + std::cos(std::numbers::pi * std::min(1.0, (update - 1 - warm) / rest)));
}

}  // namespace srl::training
