#pragma once
// Validation on held-out step instances, greedy (docs/method.md, "Validation"): format rate and similarity
// given right format, separately, with the controls.
#include <optional>

#include "base/json.hpp"
#include "training/data/sampling.hpp"
#include "training/trainer.hpp"

namespace srl::training {

struct ValidationFigures {
  std::int64_t instances = 0, format_right = 0, exact = 0, skipped_long = 0;
  double similarity = 0;           ///< sum over completions with right format, against the true target
  double shuffled = 0;             ///< the same completions against targets of other questions
  double previous = 0, other = 0;  ///< sums over the instances that have them: the previous step, and another
                                   ///< question's step, against the target
  std::int64_t with_previous = 0, with_other = 0;  ///< with_other: all, or with one question only none
  double reward = 0;  ///< sum over all completions of the run's own signal; 0 with likelihood
  std::int64_t benchmark_questions = 0, benchmark_right = 0;

  /// What the best checkpoint is chosen by: of outcome and exact the mean reward; else the similarity with
  /// bad format counted as 0.
  double score(objective::SignalKind kind) const;
  Json json() const;         ///< metrics.jsonl's validation{…}
  std::string text() const;  ///< for the log
};

/// Instances of the split's first `questions` solutions, too long ones included.
std::int64_t validation_instances(const trajectory::Dataset& dataset, std::int64_t questions);

/// Collective: instances are shared out over ranks; the sums are everyone's. `dataset` is the validation
/// split; at most `questions` of its solutions are used, in order. The benchmark's questions are answered
/// greedily too, and graded. The ranks agree after the completions whether it is broken off: then there are
/// no figures.
std::optional<ValidationFigures> validate(const Sampler& sampler, const trajectory::Dataset& dataset,
                                          std::int64_t questions,
                                          const std::vector<BenchmarkQuestion>& benchmark,
                                          job::Interruption& interruption);

}  // namespace srl::training
