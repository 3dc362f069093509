#pragma once
// Validation on held-out step instances, greedy (METHOD 4): format rate and similarity given right format, separately, with the controls.
#include <functional>
#include <optional>

#include "base/json.hpp"
#include "training/sampling.hpp"

namespace srl::training {

struct ValidationFigures {
  std::int64_t instances = 0, format_right = 0, exact = 0, skipped_long = 0;
  double similarity = 0;          ///< sum over answers with right format, against the true target
  double shuffled = 0;            ///< the same answers against targets of other questions
  double previous = 0, other = 0; ///< sums over all instances: the previous step, and another question's step, against the target
  std::int64_t with_previous = 0;

  /// Similarity with bad format counted as 0: what the best checkpoint is chosen by.
  double score() const { return instances > 0 ? similarity / static_cast<double>(instances) : 0; }
  Json json() const;              ///< metrics.jsonl's validation{…}
};

/// Collective: instances are shared out over ranks; the sums are everyone's. `dataset` is the validation split; at most `questions` of its
/// solutions are used, in order.
ValidationFigures validate(const Sampler& sampler, const trajectory::Dataset& dataset, std::int64_t questions,
                           const std::function<void()>& tick);

}  // namespace srl::training
