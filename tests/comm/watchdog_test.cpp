// Cases in which the watchdog, with its threads and messages, must not end the job. standstill_test.cpp tests
// when it raises an alarm. The cases in which it must end the job are tested with whole jobs (tests/job).
#include "comm/watchdog.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/mpi_main.hpp"

namespace srl::comm {
namespace {

// The limit is much longer than a thread may wait for a core: 4 s for a step of 50 ms.
constexpr double limit = 4;

TEST(Watchdog, LetsASlowButMovingRankAndALongerPhaseLive) {
  const Communicator world = test_world();
  Watchdog moving(world, limit), patient(world, limit);
  moving.phase("slow");
  patient.phase("checkpoint", 3600);
  if (world.rank() == world.size() - 1) {
    for (int i = 0; i < 120; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      moving.progress();
    }
  }
  world.barrier();  // the others wait here for 6 s, longer than the limit
}

TEST(Watchdog, EndsWithoutWaitingForItsLimit) {  // else the test runs into its own time limit
  const Communicator world = test_world();
  for (int i = 0; i < 3; ++i) { Watchdog watchdog(world, 24 * 3600); }
}

}  // namespace
}  // namespace srl::comm
