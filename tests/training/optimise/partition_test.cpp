// The global norm does not depend on the number of ranks: it equals a single sum in chunk order, bit for bit.
#include "training/optimise/partition.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "support/mpi_main.hpp"

namespace srl::training {
namespace {

TEST(Partition, CoversEverythingInWholeChunks) {
  for (std::size_t elements : {std::size_t{1}, std::size_t{4096}, std::size_t{10000}, std::size_t{1000001}}) {
    for (int ranks : {1, 2, 3, 4, 7}) {
      const auto offsets = partition_offsets(elements, ranks);
      EXPECT_EQ(offsets.front(), 0u);
      EXPECT_EQ(offsets.back(), elements);
      for (int r = 1; r < ranks; ++r) {
        EXPECT_TRUE(offsets[r] % chunk_elements == 0 || offsets[r] == elements);
      }
    }
  }
}

TEST(GlobalNorm, HasTheSameBitsOnAnyRankCount) {
  const comm::Communicator world = test_world();
  std::vector<float> values(30011);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] =
        static_cast<float>(random_uniform(1, RandomStream::order, 0, 0, static_cast<std::uint32_t>(i)));
  }
  double expected = 0;
  for (std::size_t begin = 0; begin < values.size(); begin += chunk_elements) {
    double sum = 0;
    for (std::size_t i = begin; i < std::min(values.size(), begin + chunk_elements); ++i) {
      sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    }
    expected += sum;
  }
  const auto offsets = partition_offsets(values.size(), world.size());
  const std::size_t me = static_cast<std::size_t>(world.rank());
  const std::span<const float> mine(values.data() + offsets[me], offsets[me + 1] - offsets[me]);
  EXPECT_EQ(global_square_sum<float>(mine, offsets, world), expected);
}

}  // namespace
}  // namespace srl::training
