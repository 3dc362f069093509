#include "training/optimise/learning_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace srl::training {

double learning_rate(const TrainingOptions& options, std::int64_t update, std::int64_t updates) {
  const double warm = std::ceil(options.warmup_ratio * static_cast<double>(updates)),
               at = static_cast<double>(update);
  if (at <= warm && warm > 0) { return options.learning_rate * at / warm; }
  if (options.lr_schedule == LrSchedule::constant) { return options.learning_rate; }
  const double rest = std::max(1.0, static_cast<double>(updates) - warm);
  return options.learning_rate * 0.5 *
         (1 + std::cos(std::numbers::pi * std::min(1.0, (at - 1 - warm) / rest)));
}

}  // namespace srl::training
