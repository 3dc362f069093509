#pragma once
// Steps that a row holds as an array.
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "trajectory/solution.hpp"

namespace srl::data_prep {

struct StepTexts {
  std::vector<trajectory::Step> steps;
  std::string thought;  ///< taken out of the steps
};

/// The steps of an array: texts; objects with a text and perhaps a title ({"title", "body"}, {"text"},
/// {"step", "content"}); PRM800K's steps with their chosen completions. A step with a title becomes
/// "N. **Title** text". Empty steps are left out. nullopt when an element is none of these.
std::optional<StepTexts> step_texts(const Json& array);

}  // namespace srl::data_prep
