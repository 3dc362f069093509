// The warning about more threads than cores.
#include "job/launch/threads.hpp"

#include <gmock/gmock.h>

#include "support/mpi_main.hpp"

namespace srl::job {
namespace {

using testing::AllOf, testing::HasSubstr;

TEST(Threads, CoresAreThoseOfAllRanksAndAtMostTheAllotted) {
  EXPECT_EQ(cores_in({"11", "11"}, 0, 8), 2);
  EXPECT_EQ(cores_in({"1", "01", "0001"}, 0, 8), 3);
  EXPECT_EQ(cores_in({"1111"}, 3, 8), 3);
  EXPECT_EQ(cores_in({"11"}, 16, 8), 2);
  EXPECT_EQ(cores_in({"11", ""}, 0, 8), 8);  // a mask that the system did not tell
  EXPECT_EQ(cores_in({""}, 4, 8), 4);
}

TEST(Threads, WithinTheCoresNothingIsSaid) {
  EXPECT_EQ(oversubscription({"node1", 2, 2, 2}), "");
  EXPECT_EQ(oversubscription({"node1", 1, 1, 8}), "");
}

TEST(Threads, BeyondThemTheNumbersAndTheOptionAreSaid) {
  EXPECT_THAT(oversubscription({"node1", 2, 16, 4}),
              AllOf(HasSubstr("node1 has 16 threads (2 ranks) on 4 cores"), HasSubstr("give --threads 2")));
  EXPECT_THAT(oversubscription({"node1", 1, 3, 1}),
              AllOf(HasSubstr("3 threads (1 rank) on 1 core "), HasSubstr("give --threads 1")));
  EXPECT_THAT(oversubscription({"node1", 3, 3, 2}), HasSubstr("start at most 2 there"));
}

TEST(Threads, EveryRankTakesPartAndOneWarns) {
  testing::internal::CaptureStderr();
  warn_about_oversubscription(4096, test_world());
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(said.find("threads (") != std::string::npos, test_world().is_root()) << said;
  testing::internal::CaptureStderr();
  warn_about_oversubscription(0, test_world());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace srl::job
