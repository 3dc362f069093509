#pragma once
// The texts of steps, as tests compare them.
#include <string>
#include <vector>

namespace srl::data_prep {

/// The actions of a SplitResult or of Turns.
template <class Result>
std::vector<std::string> actions(const Result& result) {
  std::vector<std::string> texts;
  for (const auto& step : result.steps) { texts.push_back(step.action); }
  return texts;
}

}  // namespace srl::data_prep
