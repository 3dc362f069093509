#pragma once
// Counts how grading judges random expressions that are written in other ways, or changed in one symbol.
#include <string>
#include <vector>

namespace srl::grading::testing {

struct Judged {
  int rewritings = 0, changes = 0;
  std::vector<std::string> refused;   ///< rewritings that were judged different
  std::vector<std::string> accepted;  ///< changes that were judged equal although the values differ
};

/// For `count` expressions: one rewriting and one change each, in a random frame: boxes, math marks,
/// sentences in six languages, units.
Judged judge_expressions(int count, unsigned seed);

}  // namespace srl::grading::testing
