#pragma once
// What every signal needs first: thought, action and format of a completion.
#include "objective/signals.hpp"

namespace srl::objective {

struct Judged {
  Completion completion;
  Score score;           ///< without `parsed`, which is still in `completion`
  bool decided = false;  ///< the format alone decides the reward, which is set
};

Judged judge(std::string_view text, bool truncated, const SignalSettings& settings);

}  // namespace srl::objective
