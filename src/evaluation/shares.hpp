#pragma once
// Who answers what in an array: the share of each task, by expected cost.
#include <cstdint>
#include <vector>

namespace srl::evaluation {

/// The questions of one benchmark, asked with one model and one setting.
struct Unit {
  std::size_t model = 0;       ///< units of one model are together
  std::int64_t questions = 0;  ///< number
  std::int64_t tokens = 1;     ///< largest number of sampled tokens per question: samples × length
  std::int64_t size = 1;       ///< of the model, in any unit
};

/// For each unit, the places of the questions that `task` of `tasks` answers. The shares are disjoint and
/// complete, and depend on the arguments only: counts and whole numbers, never a measured time. The models
/// are laid end to end by cost (questions × tokens × size) and cut into equal parts, so that a task loads few
/// models. The questions of a model go to its tasks in turn, each to the one that is least full after it: a
/// task gets its part of every benchmark and setting, easy and hard ones.
std::vector<std::vector<std::int64_t>> share_of(const std::vector<Unit>& units, std::int64_t task,
                                                std::int64_t tasks);

}  // namespace srl::evaluation
