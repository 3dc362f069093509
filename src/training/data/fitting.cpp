#include "training/data/fitting.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

/// Solutions are read one after the other. This one is kept, because its other instances follow.
struct LastSolution {
  std::int64_t number = -1;
  trajectory::Solution solution;
  Fit whole = Fit::yes;
};

char letter(Fit fit) {
  return fit == Fit::yes ? 'y' : fit == Fit::prompt_too_long ? 'p' : 'c';
}

/// The parts of all ranks, in rank order, as one text.
std::string joined(const std::string& mine, const comm::Communicator& world) {
  return join(world.all_gather(mine), "");
}

}  // namespace

FittingInstances::FittingInstances(FitTest test, const comm::Communicator& world, ThreadPool& pool,
                                   const std::function<void()>& tick)
    : test_(std::move(test)) {
  const trajectory::Dataset& dataset = test_.dataset;
  const std::int64_t size = dataset.size();
  const auto [begin, end] = dataset.share(size, world.rank(), world.size(), 4);
  const std::int64_t count = end - begin;
  if (size == 0) { throw BadInput("no training instances in the data: no solution has a step to train on"); }
  std::string step(static_cast<std::size_t>(count), 'y'), whole(test_.asks_whole ? step : std::string());
  pool.for_range(static_cast<std::size_t>(count), 64,
                 [&, begin = begin](std::size_t first, std::size_t last) {
                   LastSolution one;
                   for (std::size_t i = first; i < last; ++i) {
                     const trajectory::InstanceKey key = dataset.key(begin + static_cast<std::int64_t>(i));
                     if (key.solution != one.number) {
                       one = {key.solution, dataset.solution(key.solution), Fit::yes};
                       if (test_.asks_whole) { one.whole = test_.fit(one.solution, key.k, true); }
                     }
                     step[i] = letter(test_.fit(one.solution, key.k, false));
                     if (test_.asks_whole) { whole[i] = letter(one.whole); }
                   }
                   tick();
                 });
  step_ = joined(step, world);
  whole_ = joined(whole, world);
  too_long_.instances = size;
  too_long_.prompts = std::count(step_.begin(), step_.end(), 'p');
  too_long_.completions = std::count(step_.begin(), step_.end(), 'c');
  for (std::int64_t i = 0; i < std::ssize(whole_); ++i) {
    const bool first = i == 0 || dataset.key(i).solution != dataset.key(i - 1).solution;
    too_long_.whole_solutions += first && whole_[static_cast<std::size_t>(i)] != 'y';
  }
  if (step_.find('y') == std::string::npos && whole_.find('y') == std::string::npos) {
    throw BadInput(cat(
        "none of the ", size, " training instances fits: ", counted(too_long_.prompts, "prompt", "is", "are"),
        " longer than instance.max_prompt_tokens (or the model's positions), ", too_long_.completions,
        " expert texts are longer than sampling.max_new_tokens: increase them or check the data"));
  }
}

bool FittingInstances::fits(std::int64_t draw) const {
  const trajectory::InstanceKey key = test_.dataset.draw(test_.seed, draw);
  const auto index = static_cast<std::size_t>(test_.dataset.index(key));
  return (test_.asks_whole && test_.asks_whole(draw) ? whole_ : step_)[index] == 'y';
}

std::int64_t FittingInstances::draws_before(std::int64_t end) const {
  if (too_long_.prompts + too_long_.completions + too_long_.whole_solutions == 0) { return end; }
  if (end < counted_to_) { counted_to_ = counted_ = 0; }
  for (; counted_to_ < end; ++counted_to_) { counted_ += fits(counted_to_); }
  return counted_;
}

bool FittingInstances::any(std::int64_t begin, std::int64_t end) const {
  while (begin < end && !fits(begin)) { ++begin; }
  return begin < end;
}

std::string FittingInstances::text(const Options& options) const {
  const std::string expert =
      options.supervised()
          ? cat(", ", too_long_.completions,
                " expert texts above sampling.max_new_tokens = ", options.sampling.max_new_tokens)
          : "";
  const std::string whole =
      test_.asks_whole ? cat("; ", too_long_.whole_solutions, " whole solutions are too long as well") : "";
  return cat("too long, never trained on: ", too_long_.prompts + too_long_.completions, " of ",
             too_long_.instances, " training instances (", counted(too_long_.prompts, "prompt"),
             " above instance.max_prompt_tokens = ", options.instance.max_prompt_tokens,
             " or the model's positions", expert, ")", whole);
}

std::int64_t draws_of_run(const Options& options, const trajectory::Dataset& dataset) {
  return std::llround(std::ceil(options.training.epochs * static_cast<double>(dataset.epoch_draws())));
}

std::int64_t updates_of_epochs(const Options& options, const FittingInstances& fitting,
                               const trajectory::Dataset& dataset) {
  // Many draws are estimated from the first ones: a draw takes about 0.2 microseconds.
  constexpr std::int64_t most = std::int64_t{1} << 24;
  const std::int64_t all = draws_of_run(options, dataset), counted = std::min(all, most);
  const double share = static_cast<double>(fitting.draws_before(counted)) / static_cast<double>(counted);
  const std::int64_t fit =
      counted == all ? fitting.draws_before(all) : std::llround(share * static_cast<double>(all));
  const std::int64_t prompts = options.training.prompts_per_update;
  return std::max<std::int64_t>(1, (fit + prompts - 1) / prompts);
}

std::optional<FittingInstances> fitting_instances(const Options& options, const SupervisedSource& source,
                                                  std::int64_t max_prompt_tokens,
                                                  const comm::Communicator& world, ThreadPool& pool,
                                                  const std::function<void()>& tick) {
  if (!options.training.replay.empty()) { return std::nullopt; }
  FitTest test{.dataset = source.dataset, .seed = source.seed, .fit = {}};
  if (options.supervised()) {
    test.fit = [source](const trajectory::Solution& solution, std::int64_t k, bool whole) {
      return expert_example(source, solution, k, whole).fit;
    };
    if (source.whole_view != nullptr) {
      test.asks_whole = [source](std::int64_t draw) { return asks_whole(source, draw); };
    }
  } else {
    test.fit = [&view = source.view, max_prompt_tokens](const trajectory::Solution& solution, std::int64_t k,
                                                        bool) {
      return std::ssize(view.render(solution, k).prompt_ids) > max_prompt_tokens ? Fit::prompt_too_long
                                                                                 : Fit::yes;
    };
  }
  return std::make_optional<FittingInstances>(std::move(test), world, pool, tick);
}

}  // namespace srl::training
