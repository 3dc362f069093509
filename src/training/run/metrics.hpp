#pragma once
// The line per update in metrics.jsonl (docs/design.md, "Files"), and the rollouts kept in samples.jsonl.
#include <cstdint>
#include <optional>

#include "base/json.hpp"
#include "job/figures.hpp"
#include "training/data/exchange.hpp"
#include "training/data/fitting.hpp"
#include "training/optimise/gradients.hpp"
#include "training/sample/sampling.hpp"

namespace srl::training {

struct UpdateSeconds {
  double rollout = 0, reward = 0, forward_backward = 0, optimizer = 0, checkpoint = 0, total = 0;

  template <class Self, class List>
  static void each(Self& s, List& list) {
    list.same("rollout", s.rollout);
    list.same("reward", s.reward);
    list.same("forward_backward", s.forward_backward);
    list.same("optimizer", s.optimizer);
    list.same("checkpoint", s.checkpoint);
    list.same("total", s.total);
  }
};

/// The line of an update. Its parts are combined over ranks where they are counted. Seconds are those of rank
/// 0.
struct UpdateReport {
  std::int64_t update = 0, position = 0, rollouts_sampled = 0;  ///< rollouts of the whole run
  double epoch = 0, grad_norm = 0, learning_rate = 0;
  std::int64_t prompts_too_long = 0;      ///< draws skipped because their prompts did not fit
  std::optional<TooLong> too_long;        ///< of the whole training data, in the first update's line
  bool skipped = false;                   ///< loss or gradient was not finite: see skip()
  std::optional<SampledFigures> sampled;  ///< absent for SFT and replay
  GradientFigures gradients;
  UpdateSeconds seconds;
  std::int64_t memory_peak_bytes = 0;          ///< maximum over ranks
  std::int64_t memory_beyond_start_bytes = 0;  ///< the same, minus those before loading the weights
  double peak_rate = 0;  ///< operations per second of large matrix products on all ranks; 0 = unknown
  std::optional<Json> validation;

  /// Marks the update as not applied: it has no loss and no gradient norm.
  void skip();
  double rollout_rate() const;   ///< tokens per second
  double training_rate() const;  ///< packed tokens per second
  double mfu() const;            ///< NaN when unknown

  template <class Self, class List>
  static void each(Self& r, List& list) {
    list.same("update", r.update);
    list.same("epoch", r.epoch);
    list.same("position", r.position);
    list.same("rollouts_sampled", r.rollouts_sampled);
    if (r.sampled) { list.combined(*r.sampled); }
    list.same("prompts_too_long", r.prompts_too_long);
    if (r.too_long) {
      list.object("too_long", [&](auto& inner) { inner.combined(*r.too_long); });
    }
    list.combined(r.gradients);
    list.same("grad_norm", r.grad_norm);
    list.same("skipped", r.skipped);
    if (r.sampled) {
      list.same("answer_tokens_mean", job::per(r.sampled->completion_tokens, r.sampled->rollouts_sampled));
      list.same("truncated_share", job::per(r.sampled->truncated, r.sampled->rollouts_sampled));
    }
    list.same("learning_rate", r.learning_rate);
    list.object("seconds", [&](auto& inner) { inner.combined(r.seconds); });
    list.object("tokens_per_second", [&](auto& inner) {
      inner.same("rollout", r.rollout_rate());
      inner.same("training", r.training_rate());
    });
    list.largest("memory_peak_bytes", r.memory_peak_bytes);
    list.largest("memory_beyond_start_bytes", r.memory_beyond_start_bytes);
    list.same("mfu", r.mfu());
    if (r.validation) { list.same("validation", *r.validation); }
  }
};

/// For the progress line: "reward 0.312, format 0.95, loss 0.01, 12.3 s per update".
std::string progress_words(const UpdateReport& report);

/// At most `count` completions spread evenly over the batch, for rank 0.
Receivers spread_samples(const Batch& batch, std::int64_t count);
/// Their lines, on the rank that received them: update, solution, k, answer, prompt, thought, action, target,
/// reward, format_error; of a wrong format also text, the whole completion; of a dropped group also dropped.
std::vector<Json> sample_lines(const Sampler& sampler, const Batch& batch, const Receivers& kept,
                               std::int64_t update);

}  // namespace srl::training
