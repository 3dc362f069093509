#pragma once
// Whether the rollouts in samples.jsonl came closer to the expert's steps or only to their style.
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace srl::reward {

/// By update, means over the samples with a right format that the update used: the similarity to the expert's
/// step, and to steps of other problems. Updates without such samples are left out.
struct StepSimilarities {
  std::vector<double> own, others;
};

class SampledSteps {
 public:
  /// A line of samples.jsonl. Samples of dropped groups and of a wrong format do not count.
  void add(const Json& line);
  /// Of the first and the last `window` updates; empty where there are fewer than twice as many.
  StepSimilarities first_and_last(std::size_t window) const;

 private:
  struct Sample {
    std::string solution, action, target;
  };
  std::vector<std::pair<std::string, std::string>> some_targets() const;

  std::map<std::int64_t, std::vector<Sample>> samples_;  ///< by update
};

}  // namespace srl::reward
