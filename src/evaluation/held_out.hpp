#pragma once
// Held-out instances as questions, for validation during training and for view step of srl_eval.
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

/// The first `count` instances of a data set (all, if there are fewer), without those that `keeps` refuses.
/// Each gets as `unrelated` the target of another kept solution.
HeldOut held_out_questions(const trajectory::Dataset& dataset, const trajectory::InstanceOptions& options,
                           std::int64_t count, const std::function<bool(const Question&)>& keeps = {});

/// The step instances of a data folder's validation solutions (view step), one question each. `limit` > 0
/// keeps only the first ones. BadInput when there are none.
Benchmark held_out_steps(const std::string& folder, const trajectory::InstanceOptions& options,
                         std::int64_t limit = 0);

}  // namespace srl::evaluation
