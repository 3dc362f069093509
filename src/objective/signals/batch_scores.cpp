// Scores of many instances at once. On a GPU all similarities are one batch.
#include <utility>

#include "objective/signals.hpp"
#include "objective/signals/judge.hpp"

namespace srl::objective {
namespace {

using Scores = std::vector<std::vector<Score>>;

template <class Body>
void for_each_instance(std::size_t count, ThreadPool& pool, const Body& body) {
  pool.for_range(count, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) { body(i); }
  });
}

void score_one_by_one(std::span<const Answers> answers, const SignalSettings& settings, ThreadPool& pool,
                      Scores& scores) {
  for_each_instance(answers.size(), pool, [&](std::size_t i) {
    const Answers& of = answers[i];
    const Scorer scorer(settings, of.expert.target, of.expert.answer);
    for (std::size_t c = 0; c < of.texts.size(); ++c) {
      scores[i].push_back(scorer.score(of.texts[c], of.truncated[c]));
    }
  });
}

/// Places of the rewards that similarities decide, in the order of the batch.
using Places = std::vector<std::pair<std::size_t, std::size_t>>;

template <class Group, class Target, class Action>
reward::BatchSimilarity similarities(const std::vector<Target>& targets, const Places& places,
                                     const std::vector<Action>& actions, const SignalSettings& settings,
                                     ThreadPool& pool, const reward::GpuPlace& gpu) {
  std::vector<Group> groups;
  for (std::size_t k = 0; k < places.size(); ++k) {
    const std::size_t instance = places[k].first;
    if (k == 0 || places[k - 1].first != instance) { groups.push_back({targets[instance], {}}); }
    groups.back().actions.push_back(actions[k]);
  }
  return batch_similarity(std::span(std::as_const(groups)), settings.similarity, pool, &gpu);
}

reward::BatchSimilarity similarities(std::span<const Answers> answers, const Places& places,
                                     const Scores& scores, const SignalSettings& settings, ThreadPool& pool,
                                     const reward::GpuPlace& gpu) {
  std::vector<std::string_view> targets, actions;
  for (const Answers& of : answers) { targets.push_back(of.expert.target); }
  for (const auto& [i, c] : places) { actions.push_back(scores[i][c].parsed.action); }
  if (settings.similarity.unit != reward::SimilarityUnit::token) {
    return similarities<reward::TextGroup>(targets, places, actions, settings, pool, gpu);
  }
  std::vector<std::vector<std::int32_t>> target_ids(targets.size()), action_ids(actions.size());
  for_each_instance(targets.size(), pool,
                    [&](std::size_t i) { target_ids[i] = compared_ids(targets[i], settings); });
  for_each_instance(actions.size(), pool,
                    [&](std::size_t k) { action_ids[k] = compared_ids(actions[k], settings); });
  return similarities<reward::IdGroup>(target_ids, places, action_ids, settings, pool, gpu);
}

std::int64_t score_on_gpu(std::span<const Answers> answers, const SignalSettings& settings, ThreadPool& pool,
                          const reward::GpuPlace& gpu, Scores& scores) {
  std::vector<std::vector<bool>> decided(answers.size());
  for_each_instance(answers.size(), pool, [&](std::size_t i) {
    const Answers& of = answers[i];
    for (std::size_t c = 0; c < of.texts.size(); ++c) {
      Judged judged = judge(of.texts[c], of.truncated[c], settings);
      decided[i].push_back(judged.decided);
      scores[i].push_back(std::move(judged.score));
      scores[i].back().parsed = std::move(judged.completion.parsed);
    }
  });
  Places places;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    for (std::size_t c = 0; c < scores[i].size(); ++c) {
      if (!decided[i][c]) { places.emplace_back(i, c); }
    }
  }
  const reward::BatchSimilarity batch = similarities(answers, places, scores, settings, pool, gpu);
  for (std::size_t k = 0; k < places.size(); ++k) {
    scores[places[k].first][places[k].second].reward = batch.ratios[k];
  }
  return batch.pairs_on_gpu;
}

}  // namespace

bool rewards_on_gpu(const SignalOptions& signal) {
  return signal.kind == SignalKind::similarity;
}

ScoredAnswers scores(std::span<const Answers> answers, const SignalSettings& settings, ThreadPool& pool,
                     const reward::GpuPlace* gpu) {
  ScoredAnswers scored;
  scored.scores.resize(answers.size());
  if (gpu != nullptr && rewards_on_gpu(settings.signal)) {
    scored.pairs_on_gpu = score_on_gpu(answers, settings, pool, *gpu, scored.scores);
  } else {
    score_one_by_one(answers, settings, pool, scored.scores);
  }
  return scored;
}

}  // namespace srl::objective
