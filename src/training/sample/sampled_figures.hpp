#pragma once
// Figures that an update counts while it samples: over all sampled completions, including filtered ones
// (docs/method.md, "Figures of an update").
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "job/figures.hpp"
#include "training/data/batch.hpp"

namespace srl::training {

struct SampledFigures {
  std::int64_t rounds = 0;
  std::int64_t groups = 0, groups_carried = 0;  ///< of the batch; of those, from the previous update
  std::int64_t groups_surplus = 0;              ///< kept by the filter, but the batch was full
  std::int64_t groups_sampled = 0, groups_filtered = 0;
  std::int64_t groups_rewarded = 0;  ///< sampled groups with a reward above 0
  std::int64_t rollouts_sampled = 0, format_right = 0, truncated = 0, completion_tokens = 0;
  // Of this rank until the ranks are combined:
  std::int64_t generated_tokens = 0;
  std::int64_t pairs_on_gpu = 0;  ///< similarities that a GPU computed
  double reward_sum = 0, reward_square_sum = 0;
  std::map<std::string_view, std::int64_t> format_errors;               ///< by the name of the error
  std::vector<std::int64_t> histogram = std::vector<std::int64_t>(22);  ///< of rewards; bins of 0.1 from -1.1

  void count(const Group& group);
  double reward_mean() const { return job::per(reward_sum, rollouts_sampled); }
  double reward_deviation() const;
  double format_rate() const { return job::per(format_right, rollouts_sampled); }

  /// All ranks count the same groups; the generated tokens and the work of GPUs differ between ranks.
  template <class Self, class List>
  static void each(Self& f, List& list) {
    list.same("reward_mean", f.reward_mean());
    list.same("reward_std", f.reward_deviation());
    list.same("reward_histogram", f.histogram);
    list.same("format_rate", f.format_rate());
    list.object("format_errors", [&](auto& inner) {
      for (const auto& [error, count] : f.format_errors) { inner.same(error, count); }
    });
    list.same("filtered_share", job::per(f.groups_filtered, f.groups_sampled));
    list.same("groups_sampled", f.groups_sampled);
    list.same("groups_rewarded", f.groups_rewarded);
    list.same("answer_tokens", f.completion_tokens);
    list.same("sampling_rounds", f.rounds);
    list.same("groups", f.groups);
    list.same("groups_carried", f.groups_carried);
    list.same("groups_surplus", f.groups_surplus);
    list.total("rewards_on_gpu", f.pairs_on_gpu, job::absent_unless(f.pairs_on_gpu > 0));
    list.hidden(f.generated_tokens);
  }
};

/// The updates without a kept group since the last one with one, and what they sampled.
struct EmptyUpdates {
  std::int64_t updates = 0, groups = 0, completions = 0, format_right = 0, truncated = 0;
  double reward_sum = 0;

  void count(const SampledFigures& sampled);
  std::string text() const;  ///< "10 updates in a row kept no group: …"
};

}  // namespace srl::training
