#pragma once
// Which training instances fit the length limits. Draws of the others are skipped, so the number of updates
// and the learning rate's horizon count only draws that fit (docs/method.md, "Length of a run").
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/thread_pool.hpp"
#include "comm/communicator.hpp"
#include "training/data/supervised.hpp"
#include "training/options.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

/// Instances, and those of them that are too long.
struct TooLong {
  std::int64_t instances = 0, prompts = 0, completions = 0;  ///< completions: the expert's texts, SFT only
  std::int64_t whole_solutions = 0;  ///< solutions that are too long for training.whole_share

  template <class Self, class List>
  static void each(Self& t, List& list) {
    list.same("instances", t.instances);
    list.same("prompts", t.prompts);
    list.same("completions", t.completions);
    list.same("whole_solutions", t.whole_solutions);
  }
};

/// What the counting needs. `fit` is called from several threads.
struct FitTest {
  const trajectory::Dataset& dataset;
  std::uint64_t seed = 0;
  std::function<Fit(const trajectory::Solution&, std::int64_t k, bool whole)> fit;
  std::function<bool(std::int64_t draw)> asks_whole = {};  ///< null = no draw asks for a whole solution
};

class FittingInstances {
 public:
  /// Collective. Each rank renders its share of the instances, so the work of all ranks together does not
  /// grow with their number. `tick` is called after each piece, from any thread. BadInput when nothing fits.
  FittingInstances(FitTest test, const comm::Communicator& world, ThreadPool& pool,
                   const std::function<void()>& tick);

  bool fits(std::int64_t draw) const;
  /// Number of fitting draws in [0, end). Fast when `end` grows from call to call.
  std::int64_t draws_before(std::int64_t end) const;
  /// Whether a draw in [begin, end) fits.
  bool any(std::int64_t begin, std::int64_t end) const;
  const TooLong& too_long() const { return too_long_; }
  /// For the log: "too long: 3 of 72 training instances (3 prompts, 0 expert texts) …".
  std::string text(const Options& options) const;

 private:
  FitTest test_;
  std::string step_, whole_;  ///< a Fit per instance; `whole_` is that of its solution, or empty
  TooLong too_long_;
  mutable std::int64_t counted_to_ = 0, counted_ = 0;  ///< fitting draws in [0, counted_to_)
};

/// The number of draws in training.epochs.
std::int64_t draws_of_run(const Options& options, const trajectory::Dataset& dataset);
/// Updates that training.epochs give: at most so many, if the filter drops groups.
std::int64_t updates_of_epochs(const Options& options, const FittingInstances& fitting,
                               const trajectory::Dataset& dataset);

/// Collective. The instances of this run's training data. Nothing for replayed rollouts, which are not drawn.
std::optional<FittingInstances> fitting_instances(const Options& options, const SupervisedSource& source,
                                                  std::int64_t max_prompt_tokens,
                                                  const comm::Communicator& world, ThreadPool& pool,
                                                  const std::function<void()>& tick);

}  // namespace srl::training
