#include "training/sample/refill.hpp"

#include <algorithm>
#include <cmath>

namespace srl::training {
namespace {

constexpr std::int64_t most_batches = 16;
constexpr double well_known = 0.2;      // largest relative error of a share that is relied on
constexpr double careful_least = 0.25;  // least part of the expected number that a careful round asks for
// A round that fills the batch asks for more than the expected number: by `most_deviations` where the batch
// then samples at most `target` times the groups that it needs, else by `least_deviations`.
constexpr double most_deviations = 4, least_deviations = 2.5, target = 1.2;

}  // namespace

std::int64_t refill_size(const RoundsSoFar& so_far) {
  const std::int64_t limit = std::max(most_batches, so_far.max_rounds) * so_far.prompts - so_far.sampled;
  if (limit <= 0) { return 0; }
  const double kept = static_cast<double>(so_far.kept + so_far.earlier.kept),
               missing = static_cast<double>(so_far.missing);
  if (so_far.rounds == 0 || kept == 0) { return std::min(so_far.missing, limit); }
  const double share = kept / static_cast<double>(so_far.sampled + so_far.earlier.sampled);
  const double error = std::sqrt((1 - share) / kept);  // relative standard error of the share
  double wanted = missing / share;
  if (so_far.rounds == 1 || error > well_known) {
    wanted *= std::max(careful_least, 1 - error);
  } else {
    // The number kept of `wanted` varies, and the share may be wrong. The last term is for a few missing
    // groups, where the number kept is not normally distributed.
    const double spread = std::sqrt((1 - share) * missing + missing * missing * error * error);
    const auto with = [&](double deviations) {
      return wanted + (deviations * spread + 0.5 * deviations * deviations * (1 - share)) / share;
    };
    const double allowed =
        target * static_cast<double>(so_far.prompts) / share - static_cast<double>(so_far.sampled);
    wanted = std::max(with(least_deviations), std::min(with(most_deviations), allowed));
  }
  return std::clamp<std::int64_t>(std::llround(std::ceil(wanted)), 1, limit);
}

}  // namespace srl::training
