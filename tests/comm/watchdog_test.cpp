// What the watchdog must let live; what it must end is tested with whole jobs (tests/job).
#include "comm/watchdog.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/timer.hpp"
#include "support/mpi_main.hpp"

namespace srl::comm {
namespace {

TEST(Watchdog, LetsASlowButMovingRankLive) {
  const Communicator world = test_world();
  Watchdog watchdog(world, 1.5);
  watchdog.phase("slow");
  if (world.rank() == world.size() - 1) {
    for (int i = 0; i < 12; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      watchdog.progress();
    }
  }
  world.barrier();  // the others stand in here for 3.6 s, more than the limit
}

TEST(Watchdog, EndsQuickly) {
  const Communicator world = test_world();
  Timer timer;
  for (int i = 0; i < 3; ++i) { Watchdog watchdog(world, 60); }
  EXPECT_LT(timer.seconds(), 5);
}

TEST(Watchdog, HasPhaseLimitsOfTheirOwn) {
  const Communicator world = test_world();
  Watchdog watchdog(world, 0.7);
  watchdog.phase("checkpoint", 30);
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  world.barrier();
}

}  // namespace
}  // namespace srl::comm
