#include "analysis/tables/measures.hpp"

#include <algorithm>

namespace srl::analysis {
namespace {

/// Sums by question, and by cluster of questions.
struct Sums {
  Measures measures;
  std::vector<double> sizes, truncated, without_answer, tokens, samples;  // by cluster
};

void add_question(Sums& sums, const std::vector<const Answer*>& samples) {
  Measures& all = sums.measures;
  QuestionResult question{samples[0]->place, std::ssize(samples)};
  std::vector<std::uint64_t> votes;
  double truncated = 0, without = 0, tokens = 0;
  for (const Answer* answer : samples) {
    question.right += answer->correct;
    votes.push_back(answer->vote);
    truncated += answer->truncated;
    without += !answer->answered;
    all.tokens += answer->tokens;
    tokens += static_cast<double>(answer->tokens);
  }
  question.majority = majority_of(std::move(votes));
  all.completions += question.samples;
  all.truncated += static_cast<std::int64_t>(truncated);
  all.without_answer += static_cast<std::int64_t>(without);
  const bool first = all.questions.empty();
  all.fewest_samples = first ? question.samples : std::min(all.fewest_samples, question.samples);
  all.most_samples = std::max(all.most_samples, question.samples);
  if (first || all.questions.back().place.cluster != question.place.cluster) {
    for (auto* column : {&sums.sizes, &sums.truncated, &sums.without_answer, &sums.tokens, &sums.samples}) {
      column->push_back(0);
    }
  }
  sums.sizes.back() += 1;
  sums.truncated.back() += truncated;
  sums.without_answer.back() += without;
  sums.tokens.back() += tokens;
  sums.samples.back() += static_cast<double>(question.samples);
  all.questions.push_back(question);
}

/// The clusters of accuracy, majority and pass@k.
Clusters right_clusters(const Sums& sums, const Measures& all) {
  const auto measures = static_cast<std::size_t>(2 + all.fewest_samples);
  Clusters clusters{sums.sizes, std::vector<std::vector<double>>(measures), all.completions,
                    sums.sizes.size() == static_cast<std::size_t>(all.completions)};
  for (auto& column : clusters.sums) { column.assign(sums.sizes.size(), 0.0); }
  std::size_t c = 0;
  double left = sums.sizes[0];  // questions of the cluster that are still to come
  for (const QuestionResult& question : all.questions) {
    if (left == 0) { left = sums.sizes[++c]; }
    left -= 1;
    clusters.sums[0][c] += question.share();
    clusters.sums[1][c] += question.majority;
    for (std::int64_t k = 1; k <= all.fewest_samples; ++k) {
      clusters.sums[static_cast<std::size_t>(1 + k)][c] += pass_at(k, question.samples, question.right);
    }
  }
  return clusters;
}

}  // namespace

double pass_at(std::int64_t k, std::int64_t n, std::int64_t c) {
  if (n - c < k) { return 1; }
  double none = 1;
  for (std::int64_t i = n - c + 1; i <= n; ++i) {
    none *= 1 - static_cast<double>(k) / static_cast<double>(i);
  }
  return 1 - none;
}

double majority_of(std::vector<std::uint64_t> votes) {
  std::erase(votes, 0);
  std::sort(votes.begin(), votes.end());
  std::int64_t most = 0, leaders = 0;
  bool right = false;
  for (auto first = votes.begin(); first != votes.end();) {
    const auto last = std::upper_bound(first, votes.end(), *first);
    const std::int64_t count = last - first;
    if (count > most) {
      most = count;
      leaders = 0;
      right = false;
    }
    if (count == most) {
      ++leaders;
      right = right || *first == 1;
    }
    first = last;
  }
  return right ? 1 / static_cast<double>(leaders) : 0;
}

Measures measures_of(const std::vector<const Answer*>& answers) {
  Sums sums;
  std::vector<const Answer*> samples;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    samples.push_back(answers[i]);
    if (i + 1 < answers.size() && answers[i + 1]->place == answers[i]->place) { continue; }
    add_question(sums, samples);
    samples.clear();
  }
  Measures all = std::move(sums.measures);
  if (!all.present()) { return all; }
  all.clusters = right_clusters(sums, all);
  const std::vector<Estimated> rates = rates_of(all.clusters);
  all.accuracy = rates[0];
  all.majority = rates[1];
  all.pass.assign(rates.begin() + 2, rates.end());
  const auto others =
      rates_of({sums.samples, {sums.truncated, sums.without_answer}, all.completions, all.clusters.single});
  all.truncated_rate = others[0];
  all.no_answer_rate = others[1];
  all.length = means_of({sums.samples, {sums.tokens}, all.completions, all.clusters.single})[0];
  return all;
}

}  // namespace srl::analysis
