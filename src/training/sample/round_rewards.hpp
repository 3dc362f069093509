#pragma once
// The rewards of what this rank samples in one round. With a GPU, a thread computes them beside generation,
// on a stream of their own: a share is rewarded as soon as its last completion has ended. Otherwise they come
// after generation, because it uses all cores.
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/not_copied.hpp"
#include "objective/signals.hpp"
#include "rollout/generate.hpp"
#include "training/sample/sampling.hpp"

namespace srl::training {

class RoundRewards : NotCopied {
 public:
  /// `instances`: one per share of this rank.
  RoundRewards(const Sampler& sampler, std::vector<const trajectory::Instance*> instances);
  /// For Generator::generate(); empty without a GPU.
  rollout::GroupFinished beside_generation();
  /// Waits for the thread and computes what is missing. [shares][completions]; empty for a share that has
  /// unfinished completions. Rethrows what the thread threw.
  std::vector<std::vector<objective::Score>> finish(
      const std::vector<std::vector<rollout::Completion>>& sampled);
  std::int64_t pairs_on_gpu() const { return pairs_on_gpu_; }  ///< after finish()

 private:
  void add(std::size_t share, const std::vector<rollout::Completion>& completions);
  void work(const std::stop_token& stop);
  void score(const std::vector<std::size_t>& shares);

  const Sampler& sampler_;
  std::vector<const trajectory::Instance*> instances_;
  std::vector<std::vector<std::vector<std::int32_t>>> ids_;  ///< [shares][completions]
  std::vector<objective::Answers> answers_;
  std::vector<std::vector<objective::Score>> scores_;
  std::int64_t pairs_on_gpu_ = 0;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::size_t> waiting_;  ///< shares that the thread has not begun
  bool busy_ = false;
  std::exception_ptr failure_;
  std::jthread thread_;  ///< last: ends before the others
};

}  // namespace srl::training
