#pragma once
// Held-out instances as questions: what validation asks while a run trains, and what srl_eval asks in view
// step.
#include <cstdint>
#include <functional>
#include <vector>

#include "evaluation/benchmark.hpp"
#include "trajectory/dataset.hpp"

namespace srl::evaluation {

struct HeldOut {
  std::vector<Question> questions;
  std::int64_t left_out = 0;  ///< instances that `keeps` refused
};

/// The first `count` instances of a data set (all when there are fewer) that `keeps` does not refuse; each is
/// paired with another solution's target among those kept.
HeldOut held_out_questions(const trajectory::Dataset& dataset, const trajectory::InstanceOptions& options,
                           std::int64_t count, const std::function<bool(const Question&)>& keeps = {});

/// The step instances of a data folder's validation solutions (view step), a question each. `limit` > 0 keeps
/// only the first ones. BadInput when there is none.
Benchmark held_out_steps(const std::string& folder, const trajectory::InstanceOptions& options,
                         std::int64_t limit = 0);

}  // namespace srl::evaluation
