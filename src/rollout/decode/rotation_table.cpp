#include "rollout/decode/rotation_table.hpp"

#include <algorithm>
#include <cmath>

namespace srl::rollout {

RotationTable::RotationTable(std::vector<double> inverse_frequencies, double scale)
    : inverse_frequencies_(std::move(inverse_frequencies)),
      scale_(scale),
      half_(std::ssize(inverse_frequencies_)) {}

void RotationTable::ensure(std::int64_t positions) {
  if (positions <= positions_) { return; }
  const std::int64_t target = std::max(positions, 2 * positions_);
  cosine_.resize(target * half_);
  sine_.resize(target * half_);
  for (std::int64_t position = positions_; position < target; ++position) {
    for (std::int64_t i = 0; i < half_; ++i) {
      const double angle = position * inverse_frequencies_[i];
      cosine_[position * half_ + i] = static_cast<float>(std::cos(angle) * scale_);
      sine_[position * half_ + i] = static_cast<float>(std::sin(angle) * scale_);
    }
  }
  positions_ = target;
}

}  // namespace srl::rollout
