// Reductions that run in the background. The values are integers, so that results can be compared exactly.
#include "comm/pending.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/mpi_main.hpp"

namespace srl::comm {
namespace {

TEST(Pending, SumsOnEveryRootInPlaceWhileOthersAreUnderWay) {
  const Communicator world = test_world();
  const int ranks = world.size();
  constexpr std::size_t piece = 70000;  // far more than one message holds
  std::vector<float> values(piece * static_cast<std::size_t>(ranks));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(i % 1000) + static_cast<float>(world.rank());
  }
  const std::vector<float> before = values;
  std::vector<Pending> pending;
  for (int root = ranks - 1; root >= 0; --root) {
    pending.push_back(
        start_reduce(world, std::span(values).subspan(piece * static_cast<std::size_t>(root), piece), root));
  }
  std::vector<double> few{1.0, static_cast<double>(world.rank())};
  Pending other = start_reduce(world, std::span(few), 0);
  EXPECT_EQ(world.all_reduce(std::int64_t{1}, Reduce::sum), ranks);  // a blocking collective in between
  for (Pending& one : pending) {
    while (!one.test()) {}
    one.wait();  // a second wait does nothing
  }
  other.wait();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool mine = i / piece == static_cast<std::size_t>(world.rank());
    const int others = ranks * (ranks - 1) / 2;
    ASSERT_EQ(values[i],
              mine ? static_cast<float>(ranks) * static_cast<float>(i % 1000) + static_cast<float>(others)
                   : before[i])
        << i;
  }
  if (world.is_root()) {
    EXPECT_EQ(few[0], ranks);
    EXPECT_EQ(few[1], ranks * (ranks - 1) / 2);
  }
}

TEST(Pending, OfNothingIsDone) {
  Pending none;
  EXPECT_TRUE(none.test());
  Pending empty = start_reduce(test_world(), std::span<float>(), 0);
  EXPECT_TRUE(empty.test());
}

}  // namespace
}  // namespace srl::comm
