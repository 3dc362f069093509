// The test of rewritings finds faults of the parser: here subtraction is read as addition (CMakeLists.txt
// plants it in a copy of the parser).
#include <gmock/gmock.h>

#include "grading/rewritings.hpp"

namespace srl::grading::testing {
namespace {

TEST(PlantedFault, IsFound) {
  const Judged judged = judge_expressions(400, 1);
  EXPECT_GT(judged.accepted.size() + judged.refused.size(), 2U);
  EXPECT_FALSE(judged.accepted.empty());
}

}  // namespace
}  // namespace srl::grading::testing
