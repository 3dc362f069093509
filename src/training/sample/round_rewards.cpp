#include "training/sample/round_rewards.hpp"

#include <algorithm>
#include <utility>

namespace srl::training {

RoundRewards::RoundRewards(const Sampler& sampler, std::vector<const trajectory::Instance*> instances)
    : sampler_(sampler),
      instances_(std::move(instances)),
      ids_(instances_.size()),
      answers_(instances_.size()),
      scores_(instances_.size()) {
  if (sampler_.reward_place != nullptr) {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
}

rollout::GroupFinished RoundRewards::beside_generation() {
  if (!thread_.joinable()) { return {}; }
  return [this](std::size_t share, const std::vector<rollout::Completion>& completions) {
    add(share, completions);
    const std::lock_guard lock(mutex_);
    waiting_.push_back(share);
    changed_.notify_all();
  };
}

void RoundRewards::add(std::size_t share, const std::vector<rollout::Completion>& completions) {
  for (const rollout::Completion& one : completions) {
    ids_[share].push_back(one.ids);
    answers_[share].truncated.push_back(one.finish == text::Finish::length);
  }
}

void RoundRewards::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    const std::vector<std::size_t> shares = std::exchange(waiting_, {});
    busy_ = true;
    lock.unlock();
    std::exception_ptr failure;
    try {
      score(shares);
    } catch (...) { failure = std::current_exception(); }
    lock.lock();
    busy_ = false;
    if (failure) { failure_ = failure; }
    changed_.notify_all();
  }
}

void RoundRewards::score(const std::vector<std::size_t>& shares) {
  std::vector<objective::Answers> answers(shares.size());
  sampler_.pool.for_range(shares.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const trajectory::Instance& instance = *instances_[shares[i]];
      answers[i] = std::move(answers_[shares[i]]);
      answers[i].expert = {instance.target, instance.answer};
      for (const auto& ids : ids_[shares[i]]) {
        answers[i].texts.push_back(instance.prefill + sampler_.tokenizer.sampled_text(ids));
      }
    }
  });
  objective::ScoredAnswers scored =
      objective::scores(answers, sampler_.signal, sampler_.pool, sampler_.reward_place);
  pairs_on_gpu_ += scored.pairs_on_gpu;
  for (std::size_t i = 0; i < shares.size(); ++i) { scores_[shares[i]] = std::move(scored.scores[i]); }
}

std::vector<std::vector<objective::Score>> RoundRewards::finish(
    const std::vector<std::vector<rollout::Completion>>& sampled) {
  if (thread_.joinable()) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || (waiting_.empty() && !busy_); });
    if (failure_) { std::rethrow_exception(failure_); }
    return std::move(scores_);
  }
  std::vector<std::size_t> finished;
  for (std::size_t share = 0; share < sampled.size(); ++share) {
    if (std::any_of(sampled[share].begin(), sampled[share].end(),
                    [](const rollout::Completion& one) { return one.finish == text::Finish::unfinished; })) {
      continue;
    }
    add(share, sampled[share]);
    finished.push_back(share);
  }
  score(finished);
  return std::move(scores_);
}

}  // namespace srl::training
