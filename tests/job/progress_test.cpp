#include "job/progress.hpp"

#include <gmock/gmock.h>

namespace srl::job {
namespace {

TEST(Progress, SaysRateAndTimeLeft) {
  Progress progress("rollout", "prompts", 40, false);
  EXPECT_EQ(progress.text(12, 8), "rollout: 12 of 40 prompts, 1.5/s, 18.7 s left");
  EXPECT_EQ(progress.text(2, 8), "rollout: 2 of 40 prompts, 4.0 s each, 2 min 32 s left");
  EXPECT_EQ(progress.text(40, 8), "rollout: 40 of 40 prompts, 5.0/s");
  Progress unknown("reading", "rows", 0, false);
  EXPECT_EQ(unknown.text(0, 8), "reading: 0 rows");
}

TEST(Progress, WorkFoundDoneAlreadyIsNotCountedIntoTheRate) {
  Progress resumed("updates", "updates", 100, true);
  resumed.update(90);
  EXPECT_EQ(resumed.text(92, 10), "updates: 92 of 100 updates, 5.0 s each, 40.0 s left");
}

}  // namespace
}  // namespace srl::job
