#include "job/stop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <limits>

#include "base/error.hpp"
#include "support/mpi_main.hpp"

namespace srl::job {
namespace {

TEST(Stop, OneRanksSignalIsEveryonesAnswer) {
  const comm::Communicator world = test_world();
  StopRequests stop(world, {});
  EXPECT_EQ(stop.agree(), Stop::none);
  if (world.rank() == world.size() - 1) { std::raise(SIGUSR1); }
  EXPECT_EQ(stop.agree(), Stop::save);
  EXPECT_EQ(stop.reason(), "USR1");
  EXPECT_EQ(stop.agree(), Stop::save);  // the request stays
  if (world.is_root()) { std::raise(SIGTERM); }
  EXPECT_EQ(stop.agree(), Stop::terminate);
  EXPECT_EQ(stop.reason(), "TERM");
  if (world.is_root()) {
    std::raise(SIGUSR1);  // weaker than TERM: changes nothing
  }
  EXPECT_EQ(stop.agree(), Stop::terminate);
}

TEST(Stop, ANewLifeForgetsOldSignals) {
  {
    StopRequests old(test_world(), {});
    std::raise(SIGUSR1);
  }
  EXPECT_EQ(StopRequests(test_world(), {}).agree(), Stop::none);
}

TEST(Stop, USR1BeforeTheWorkBeginsIsKeptForItAndAfterItsEndIgnored) {
  const comm::Communicator world = test_world();
  note_save_signals();
  if (world.is_root()) { std::raise(SIGUSR1); }
  {
    StopRequests stop(world, {});
    EXPECT_EQ(stop.agree(), Stop::save);
    EXPECT_EQ(stop.reason(), "USR1");
  }
  std::raise(SIGUSR1);  // would kill the process if the handler were removed
  std::signal(SIGUSR1, SIG_DFL);
  { StopRequests forget(world, {}); }
  EXPECT_EQ(StopRequests(world, {}).agree(), Stop::none);
}

TEST(Stop, TheEndTimeIsRankZerosToJudge) {
  StopOptions options;
  options.stop_margin_seconds = 100;
  // Only rank 0 has an end time that is near. The other ranks have one that is hours away.
  options.end_time = std::to_string(std::time(nullptr) + (test_world().is_root() ? 50 : 5000));
  StopRequests stop(test_world(), options);
  EXPECT_EQ(stop.agree(), Stop::save);
  EXPECT_EQ(stop.reason(), "time limit");
  options.end_time = "2101-01-01T00:00:00Z";
  StopRequests later(test_world(), options);
  EXPECT_EQ(later.agree(), Stop::none);
  EXPECT_GT(later.seconds_left(), 1e9);
}

TEST(Stop, ComesEarlyEnoughForWhatSavingNeeds) {
  StopOptions options;
  options.stop_margin_seconds = 10;
  options.end_time = std::to_string(std::time(nullptr) + 50000);
  StopRequests stop(test_world(), options);
  stop.keep_free(5);
  EXPECT_EQ(stop.agree(), Stop::none);
  EXPECT_EQ(stop.local(), Stop::none);
  stop.keep_free(100000);
  EXPECT_EQ(stop.local(), Stop::save);
  EXPECT_EQ(stop.agree(), Stop::save);
  EXPECT_EQ(stop.reason(), "time limit");
}

TEST(Stop, SlurmsEndTimeCountsWithoutOption) {
  ::setenv("SLURM_JOB_END_TIME", std::to_string(std::time(nullptr) + 30).c_str(), 1);
  EXPECT_EQ(StopRequests(test_world(), {}).agree(), Stop::save);
  ::unsetenv("SLURM_JOB_END_TIME");
  EXPECT_EQ(StopRequests(test_world(), {}).seconds_left(), std::numeric_limits<double>::infinity());
  for (const char* past : {"0", "1700000000"}) {  // left over from another job
    ::setenv("SLURM_JOB_END_TIME", past, 1);
    EXPECT_EQ(StopRequests(test_world(), {}).agree(), Stop::none) << past;
    EXPECT_EQ(StopRequests(test_world(), {}).seconds_left(), std::numeric_limits<double>::infinity());
  }
  ::unsetenv("SLURM_JOB_END_TIME");
  StopOptions wrong;
  wrong.end_time = "tomorrow";
  EXPECT_THROW(StopRequests(test_world(), wrong), BadOption);
}

}  // namespace
}  // namespace srl::job
