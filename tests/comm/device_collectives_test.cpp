// Collectives on the memory of GPUs, real or emulated: exact sums of integers and even and uneven partitions,
// compared with the collectives on the host. Without GPUs: every rank gets the error.
#include <gmock/gmock.h>

#include <algorithm>

#include "base/error.hpp"
#include "comm/communicator.hpp"
#include "comm/own_gpu.hpp"

namespace srl::comm::testing {
namespace {

using device::Bf16;
using device::Span;
using device::Stream;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class OnGpus : public EachOnItsGpu {
 protected:
  std::vector<float> numbers(std::size_t count) const {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = static_cast<float>(i % 1021) + static_cast<float>(rank_);
    }
    return values;
  }
  /// 0, 1000, 2000 + uneven, …
  std::vector<std::size_t> partition(std::size_t uneven) const {
    std::vector<std::size_t> offsets{0};
    for (int r = 0; r < size_; ++r) {
      offsets.push_back(offsets.back() + 1000 + uneven * static_cast<std::size_t>(r));
    }
    return offsets;
  }
};

TEST_F(OnGpus, AllReduceIsExact) {
  const Stream stream(device_);
  for (const Reduce op : {Reduce::sum, Reduce::min, Reduce::max}) {
    for (const std::size_t count : {std::size_t{1}, std::size_t{1000}, std::size_t{1} << 18}) {
      std::vector<float> values = numbers(count), result(count);
      const device::Buffer buffer(stream, count * sizeof(float));
      device::upload(stream, buffer.as<float>(), values);
      world_.all_reduce(buffer.as<float>(), op, stream);
      device::download(stream, std::span(result), buffer.as<float>());
      world_.all_reduce(std::span(values), op);
      EXPECT_EQ(result, values);
    }
  }
  world_.check_device_order();
}

TEST_F(OnGpus, OtherTypes) {
  const Stream stream(device_);
  const device::Buffer buffer(stream, 100 * sizeof(double));
  std::vector<double> values(100, 0.125 * (rank_ + 1)), result(100);
  device::upload(stream, buffer.as<double>(), values);
  world_.all_reduce(buffer.as<double>(), Reduce::sum, stream);
  device::download(stream, std::span(result), buffer.as<double>());
  EXPECT_THAT(result, ::testing::Each(0.125 * size_ * (size_ + 1) / 2));

  std::vector<Bf16> small(100, device::to_bf16(static_cast<float>(rank_ + 1)));
  const Span<Bf16> on_gpu = buffer.as<Bf16>().first(100);
  device::upload(stream, on_gpu, small);
  world_.all_reduce(on_gpu, Reduce::sum, stream);
  device::download(stream, std::span(small), on_gpu);
  EXPECT_EQ(device::to_float(small[99]), static_cast<float>(size_ * (size_ + 1)) / 2);
}

TEST_F(OnGpus, ReduceScatterAndAllGatherEqualTheHostsOnAnyPartition) {
  for (const std::size_t uneven : {std::size_t{0}, std::size_t{5}}) {
    const std::vector<std::size_t> offsets = partition(uneven);
    const std::vector<float> values = numbers(offsets.back());
    const std::size_t me = static_cast<std::size_t>(rank_), part = offsets[me + 1] - offsets[me];
    const Stream stream(device_);
    const device::Buffer all(stream, values.size() * sizeof(float)), mine(stream, part * sizeof(float));
    device::upload(stream, all.as<float>(), values);
    world_.reduce_scatter(all.as<float>(), offsets, mine.as<float>(), stream);
    std::vector<float> got(part), expected(part);
    device::download(stream, std::span(got), mine.as<float>());
    world_.reduce_scatter(std::span<const float>(values), offsets, std::span(expected));
    EXPECT_EQ(got, expected);

    std::vector<float> gathered(values.size(), -1.0F), result(values.size());
    std::copy(expected.begin(), expected.end(), gathered.begin() + static_cast<std::ptrdiff_t>(offsets[me]));
    device::upload(stream, all.as<float>(), gathered);
    world_.all_gather(all.as<float>(), offsets, stream);
    device::download(stream, std::span(result), all.as<float>());
    world_.all_gather(std::span(gathered), offsets);
    EXPECT_EQ(result, gathered);
  }
}

TEST_F(OnGpus, BroadcastBringsTheRootsBytes) {
  const Stream stream(device_);
  std::vector<float> values = numbers(1000), result(1000);
  const device::Buffer buffer(stream, values.size() * sizeof(float));
  device::upload(stream, buffer.as<float>(), values);
  world_.broadcast(buffer.bytes(), size_ - 1, stream);
  device::download(stream, std::span(result), buffer.as<float>());
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(result[i], static_cast<float>(i % 1021) + static_cast<float>(size_ - 1));
  }
}

TEST_F(OnGpus, ACommunicatorThatIsSplitOffHasItsOwnGroup) {
  const Communicator half = world_.split(rank_ % 2, rank_);
  half.use_device(device_);
  const Stream stream(device_);
  const device::Buffer buffer(stream, sizeof(float));
  device::upload(stream, buffer.as<float>(), std::vector<float>{1.0F});
  half.all_reduce(buffer.as<float>(), Reduce::sum, stream);
  std::vector<float> got(1);
  device::download(stream, std::span(got), buffer.as<float>());
  EXPECT_EQ(got[0], static_cast<float>(half.size()));
}

/// The host may wait for other ranks while their GPUs wait for this one's.
TEST_F(OnGpus, AGpuWorksOnWhileItsHostWaitsForOtherRanks) {
  const Stream stream(device_);
  const device::Buffer buffer(stream, 100 * sizeof(float));
  for (int round = 0; round < 3; ++round) {
    device::upload(stream, buffer.as<float>(), std::vector<float>(100, 1.0F));
    if (rank_ % 2 == 0) {
      world_.all_reduce(buffer.as<float>(), Reduce::sum, stream);
      world_.barrier();
      stream.wait();
    } else {
      world_.all_reduce(buffer.as<float>(), Reduce::sum, stream);
      stream.wait();  // before its host comes to the barrier
      world_.barrier();
    }
    std::vector<float> got(100);
    device::download(stream, std::span(got), buffer.as<float>());
    EXPECT_THAT(got, ::testing::Each(static_cast<float>(size_)));
  }
}

TEST_F(OnGpus, CollectivesAreNotForGraphsAndNeedTheirRoom) {
  const Stream stream(device_);
  const device::Buffer buffer(stream, 100 * sizeof(float));
  EXPECT_THROW(
      device::Graph::capture(stream, [&] { world_.all_reduce(buffer.as<float>(), Reduce::sum, stream); }),
      Bug);
  EXPECT_THROW(world_.reduce_scatter(buffer.as<float>(), partition(0), buffer.as<float>(), stream), Bug);
  EXPECT_THROW(test_world().duplicate().all_reduce(buffer.as<float>(), Reduce::sum, stream), Bug);
}

TEST(WithoutGpus, TheRefusalReachesEveryRank) {
  const Communicator world = test_world();
  if (own_gpu(world).kind == device::Kind::cuda) { GTEST_SKIP() << "there is a GPU for each rank"; }
  try {
    world.use_device({device::Kind::cuda, 0});
    ADD_FAILURE() << "joined a group of GPUs without one";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), AnyOf(HasSubstr("this build has no CUDA"), HasSubstr("CUDA failed in choosing"),
                                    HasSubstr("NCCL failed in")));
  }
  EXPECT_THROW(world.use_device({}), Bug);
  std::vector<float> values(4);
  EXPECT_THROW(world.all_reduce(Span<float>{values.data(), values.size()}, Reduce::sum, Stream({})), Bug);
}

}  // namespace
}  // namespace srl::comm::testing
