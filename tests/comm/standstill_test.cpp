// When the watchdog raises an alarm and which rank it names, with simulated times.
#include "comm/watch/standstill.hpp"

#include <gmock/gmock.h>

#include <cstring>

namespace srl::comm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Beat beat(const char* phase, double limit, std::int64_t sequence = 0, std::int64_t progress = 0) {
  Beat made{sequence, progress, limit, {}};
  std::strncpy(made.phase, phase, sizeof made.phase - 1);
  return made;
}

/// The alarm, and when it came.
struct Outcome {
  std::optional<Alarm> alarm;
  double when = 0;
};
/// Calls hear(now) and tick() every 200 ms, as the watchdog does, until an alarm or `end`.
template <class Hear>
Outcome watch(Standstill& standstill, double begin, double end, const Hear& hear) {
  for (int tick = 1; begin + 0.2 * tick < end; ++tick) {
    const double now = begin + 0.2 * tick;
    hear(now);
    if (std::optional<Alarm> alarm = standstill.tick(now)) { return {alarm, now}; }
  }
  return {};
}

TEST(Standstill, LetsAllLiveWhileOneMoves) {
  Standstill root(0, {"a", "b", "c"}, beat("start", 3));
  const Outcome outcome = watch(root, 0, 600, [&](double now) {
    root.hear(0, beat("wait", 3, 1), now);
    root.hear(1, beat("wait", 3, 1), now);
    root.hear(2, beat("slow", 3, 1, static_cast<std::int64_t>(now / 2.5)), now);  // one step in 2.5 s
  });
  EXPECT_FALSE(outcome.alarm) << outcome.alarm->report;
}

TEST(Standstill, TellsWhereEveryoneStandsOnceTheLimitIsOver) {
  Standstill root(0, {"a", "b"}, beat("start", 3));
  const Outcome outcome = watch(root, 0, 600, [&](double now) {
    root.hear(0, beat("reduce", 3, 4, 7), now);
    root.hear(1, beat("rollout", 3, 3, 5), now);
  });
  ASSERT_TRUE(outcome.alarm);
  EXPECT_GT(outcome.when, 3);
  EXPECT_LT(outcome.when, 3.5);
  EXPECT_THAT(outcome.alarm->report, HasSubstr("watchdog: no rank has made progress for 3 s (limit 3 s)"));
  EXPECT_THAT(outcome.alarm->report, HasSubstr("  rank 0 on a: phase 'reduce', number 4, progress 7"));
  EXPECT_THAT(outcome.alarm->report, HasSubstr("  rank 1 on b: phase 'rollout', number 3, progress 5"));
  EXPECT_THAT(outcome.alarm->report, Not(HasSubstr("MISSING")));
  EXPECT_TRUE(outcome.alarm->missing_ranks.empty());
}

TEST(Standstill, APhasesOwnLimitCountsForAll) {
  Standstill root(0, {"a", "b"}, beat("start", 3));
  const Outcome outcome = watch(root, 0, 600, [&](double now) {
    root.hear(0, beat("wait", 3, 1), now);
    root.hear(1, beat("checkpoint", 30, 1), now);
  });
  ASSERT_TRUE(outcome.alarm);
  EXPECT_GT(outcome.when, 30);
  EXPECT_LT(outcome.when, 30.5);
}

TEST(Standstill, NamesARankThatIsNotHeard) {
  Standstill root(0, {"a", "b", "c"}, beat("start", 3));
  const Outcome outcome = watch(root, 0, 600, [&](double now) {
    if (now < 10) { root.hear(1, beat("work", 3, 1, static_cast<std::int64_t>(now)), now); }
    root.hear(0, beat("work", 3, 1, static_cast<std::int64_t>(std::min(now, 10.0))), now);
    root.hear(2, beat("work", 3, 1, static_cast<std::int64_t>(std::min(now, 10.0))), now);
  });
  ASSERT_TRUE(outcome.alarm);
  EXPECT_THAT(outcome.alarm->report,
              HasSubstr("rank 1 on b: phase 'work', number 1, progress 9 - MISSING, no heartbeat for 3 s"));
  EXPECT_THAT(outcome.alarm->missing_ranks, ElementsAre(1));
  EXPECT_THAT(outcome.alarm->missing_hosts, ElementsAre("b"));
}

TEST(Standstill, OtherRanksWaitLongerForRankZero) {
  Standstill other(1, {"a", "b"}, beat("start", 3));
  const Outcome outcome = watch(other, 0, 600, [&](double now) {
    if (now < 20) {
      other.hear(0, beat("write", 3, 2), now);  // being heard is enough: rank 0 judges its own progress
    }
  });
  ASSERT_TRUE(outcome.alarm);
  EXPECT_GT(outcome.when, 19.8 + 3 + grace_seconds);
  EXPECT_LT(outcome.when, 20.5 + 3 + grace_seconds);
  EXPECT_THAT(outcome.alarm->report, HasSubstr("watchdog: rank 0 on a, last in phase 'write' - MISSING"));
  EXPECT_THAT(outcome.alarm->missing_ranks, ElementsAre(0));
}

TEST(Standstill, ASuspendedProcessBlamesNobody) {
  for (const int rank : {0, 1}) {
    Standstill standstill(rank, {"a", "b"}, beat("start", 3));
    const auto silence = [](double) {};
    EXPECT_FALSE(watch(standstill, 0, 2, silence).alarm);
    EXPECT_FALSE(standstill.tick(1000));  // the process was suspended
    const Outcome outcome = watch(standstill, 1000, 2000, silence);
    ASSERT_TRUE(outcome.alarm);  // the time it waited before still counts
    EXPECT_GT(outcome.when, 1000 + (rank == 0 ? 1 : 11));
    EXPECT_LT(outcome.when, 1000 + (rank == 0 ? 2 : 12));
  }
}

}  // namespace
}  // namespace srl::comm
