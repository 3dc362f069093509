#pragma once
// cos and sin of the rotation of positions, which grow with the longest sequence.
#include <cstdint>
#include <vector>

namespace srl::rollout {

/// [positions, head_dim / 2] each, computed in double precision and rounded once.
class RotationTable {
 public:
  RotationTable(std::vector<double> inverse_frequencies, double scale);
  void ensure(std::int64_t positions);
  const float* cosine() const { return cosine_.data(); }
  const float* sine() const { return sine_.data(); }

 private:
  std::vector<double> inverse_frequencies_;
  double scale_;
  std::int64_t half_, positions_ = 0;
  std::vector<float> cosine_, sine_;
};

}  // namespace srl::rollout
