#pragma once
// The measures of one row: of the completions of one model for one benchmark, view and setting.
#include <cstdint>
#include <vector>

#include "analysis/measure/clusters.hpp"
#include "analysis/measure/rate_interval.hpp"
#include "analysis/records/answers.hpp"

namespace srl::analysis {

/// What a question got.
struct QuestionResult {
  Place place;
  std::int64_t samples = 0, right = 0;
  double majority = 0;
  double share() const { return static_cast<double>(right) / static_cast<double>(samples); }
};

struct Measures {
  std::int64_t completions = 0, tokens = 0, truncated = 0, without_answer = 0;
  std::int64_t fewest_samples = 0, most_samples = 0;  ///< of a question
  std::vector<QuestionResult> questions = {};         ///< by place
  Estimated accuracy = {}, majority = {}, truncated_rate = {}, no_answer_rate = {};
  Estimated length = {};             ///< tokens of a completion
  std::vector<Estimated> pass = {};  ///< pass[k - 1] is pass@k, for every k up to fewest_samples
  Clusters clusters = {};            ///< of accuracy, majority, then pass@1, …

  bool present() const { return completions > 0; }
  std::size_t cluster_count() const { return clusters.count(); }
};

/// The probability that at least one of k samples is right, of n of which c are right: 1 - C(n - c, k) / C(n,
/// k) (Chen et al. 2021, unbiased). Needs k <= n.
double pass_at(std::int64_t k, std::int64_t n, std::int64_t c);

/// Votes of one question's samples (vote_of) by majority: 1 when the most frequent answer is right, 0 when it
/// is wrong; on a tie the share of the tied answers that are right, which is what a random choice among them
/// gives. Samples without an answer do not vote.
double majority_of(std::vector<std::uint64_t> votes);

/// `answers`: sorted by place, each completion once.
Measures measures_of(const std::vector<const Answer*>& answers);

}  // namespace srl::analysis
