// Equivalent rewritings of random expressions are judged equal, and changes of one symbol different, unless
// an evaluation of the expression itself, without the parser, finds the same values.
#include "grading/rewritings.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <iostream>

namespace srl::grading::testing {
namespace {

constexpr int expressions = 2000;

TEST(Rewritings, AtMostOneOfTwoHundredIsRefusedAndNoChangeIsAccepted) {
  const char* const given = std::getenv("SRL_SEED");
  const Judged judged =
      judge_expressions(expressions, given == nullptr ? 1 : static_cast<unsigned>(std::atoi(given)));
  std::cout << judged.refused.size() << " of " << judged.rewritings << " rewritings refused, "
            << judged.accepted.size() << " of " << judged.changes << " changes accepted\n";
  for (const std::string& text : judged.refused) { std::cout << "refused: " << text << '\n'; }
  EXPECT_LE(judged.refused.size(), expressions / 200);
  EXPECT_THAT(judged.accepted, ::testing::IsEmpty());
}

}  // namespace
}  // namespace srl::grading::testing
