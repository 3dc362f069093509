#pragma once
// Validation on held-out step instances, greedy (docs/method.md, "Validation"): format rate and similarity
// given right format, separately, with the controls.
#include <optional>

#include "evaluation/held_out.hpp"
#include "job/figures.hpp"
#include "training/sample/sampling.hpp"

namespace srl::training {

struct ValidationFigures {
  std::int64_t instances = 0, format_right = 0, exact = 0, skipped_long = 0;
  double similarity = 0;           ///< sum over completions with right format, against the true target
  double shuffled = 0;             ///< the same completions against targets of other questions
  double previous = 0, other = 0;  ///< sums for the previous step, for another question's step
  std::int64_t with_previous = 0, with_other = 0;  ///< number of instances with such a step
  double reward = 0;              ///< sum over all completions; of the run's own signal; 0 with likelihood
  std::int64_t pairs_on_gpu = 0;  ///< similarities for the rewards that a GPU computed
  std::int64_t benchmark_questions = 0, benchmark_right = 0;

  /// Selects the best checkpoint. Mean reward for the signals outcome and exact; else mean similarity, where
  /// bad format counts as 0.
  double score(objective::SignalKind kind) const;
  std::string text() const;  ///< for the log

  /// metrics.jsonl's validation{…}
  template <class Self, class List>
  static void each(Self& f, List& list) {
    list.mean("format_rate", f.format_right, f.instances);
    list.mean("similarity_given_format", f.similarity, f.format_right);
    list.mean("exact_share", f.exact, f.instances);
    list.mean("control_previous", f.previous, f.with_previous);
    list.mean("control_other", f.other, f.with_other, job::null_unless(f.with_other > 0));
    list.mean("control_shuffled", f.shuffled, f.format_right, job::null_unless(f.with_other > 0));
    list.total("instances", f.instances);
    list.same("prompts_too_long", f.skipped_long);
    list.mean("reward_mean", f.reward, f.instances);
    list.total("rewards_on_gpu", f.pairs_on_gpu, job::absent_unless(f.pairs_on_gpu > 0));
    const job::Shown shown = job::absent_unless(f.benchmark_questions > 0);
    list.mean("benchmark_right", f.benchmark_right, f.benchmark_questions, shown);
    list.total("benchmark_questions", f.benchmark_questions, shown);
    list.hidden(f.with_previous);
    list.hidden(f.with_other);
  }
};

/// The questions of every validation of a run; the same on all ranks.
struct ValidationSet {
  evaluation::HeldOut held_out;                 ///< without those whose prompts are too long
  std::vector<evaluation::Question> benchmark;  ///< likewise
  /// Renders the benchmark's prompts; absent without a benchmark.
  std::optional<text::ChatTemplate> chat_template;
  std::int64_t asked_for = 0;  ///< held-out instances and benchmark questions, including too long ones
  bool empty() const { return asked_for == 0; }
};

/// Number of instances of the split's first `questions` solutions, including too long ones.
std::int64_t validation_instances(const trajectory::Dataset& dataset, std::int64_t questions);

/// The questions that section `validation` selects; empty when there are no validations. `dataset` is the
/// validation split.
ValidationSet validation_set(const Options& options, const Sampler& sampler,
                             const trajectory::Dataset& dataset, const text::ChatTemplate& chat_template);

/// Collective. Questions are spread over ranks; the figures are combined over ranks. Completions are greedy
/// and scored as in srl_eval. Returns nothing when the ranks agree, after the completions, that a stop
/// request interrupts the validation.
std::optional<ValidationFigures> validate(const Sampler& sampler, const ValidationSet& set,
                                          job::Interruption& interruption);

}  // namespace srl::training
