// Collectives on device buffers. With GPUs (label gpu): exact sums of integers and even and uneven
// partitions, compared with the collectives on the host. Without GPUs: every rank gets the error.
#include <gmock/gmock.h>

#include <cstring>
#include <numeric>

#include "base/error.hpp"
#include "comm/communicator.hpp"
#include "device/gpu_memory.hpp"
#include "support/mpi_main.hpp"

namespace srl::comm {
namespace {

/// This rank's GPU, or the CPU on all ranks when some rank has no GPU of its own.
device::Device own_device(const Communicator& world) {
  const Communicator node = world.ranks_on_this_node();
  std::string mine;
  for (const device::Gpu& gpu : device::visible_gpus()) { mine += (mine.empty() ? "" : " ") + gpu.bus; }
  std::vector<std::vector<std::string>> buses;
  for (const std::string& text : node.all_gather(mine)) {
    auto& of_rank = buses.emplace_back();
    for (std::size_t at = 0; at < text.size();
         at = text.find(' ', at) == std::string::npos ? text.size() : text.find(' ', at) + 1) {
      of_rank.push_back(text.substr(at, text.find(' ', at) - at));
    }
  }
  device::Device device;
  try {
    device = device::choose({}, node.rank(), buses);
  } catch (const BadOption&) {
    device = {};  // fewer GPUs than ranks
  }
  const bool all = world.all_reduce(std::int64_t{device.kind == device::Kind::cuda}, Reduce::min) == 1;
  return all ? device : device::Device{};
}

template <class T>
OnDevice<T> whole(const device::Buffer& buffer) {
  return {reinterpret_cast<T*>(buffer.data()), buffer.size() / sizeof(T)};
}

class OnGpus : public testing::Test {
 protected:
  void SetUp() override {
    device_ = own_device(world_);
    if (device_.kind == device::Kind::cpu) {
      GTEST_SKIP() << "needs one GPU per rank (" << world_.size() << " ranks) and a build with CUDA";
    }
    world_.use_device(device_.index);
  }
  std::vector<float> numbers(std::size_t count) const {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = static_cast<float>(i % 1021) + static_cast<float>(rank_);
    }
    return values;
  }
  Communicator world_ = test_world();
  int rank_ = world_.rank(), size_ = world_.size();
  device::Device device_;
};

TEST_F(OnGpus, AllReduceIsExact) {
  const device::Stream stream(device_);
  std::vector<float> values = numbers(1 << 20);
  device::Buffer buffer(stream, values.size() * sizeof(float));
  buffer.copy_from(std::as_bytes(std::span(values)));
  world_.all_reduce(whole<float>(buffer), Reduce::sum, {stream.handle()});
  std::vector<float> result(values.size());
  buffer.copy_to(std::as_writable_bytes(std::span(result)));
  world_.all_reduce(std::span(values), Reduce::sum);
  EXPECT_EQ(result, values);
  EXPECT_GE(device::gpu_memory(device_).peak, buffer.size());
}

TEST_F(OnGpus, ReduceScatterAndAllGatherEqualTheHostsOnAnyPartition) {
  for (const std::size_t uneven : {std::size_t{0}, std::size_t{5}}) {
    std::vector<std::size_t> offsets{0};
    for (int r = 0; r < size_; ++r) {
      offsets.push_back(offsets.back() + 1000 + uneven * static_cast<std::size_t>(r));
    }
    const std::vector<float> values = numbers(offsets.back());
    const std::size_t me = static_cast<std::size_t>(rank_), part = offsets[me + 1] - offsets[me];
    const device::Stream stream(device_);
    device::Buffer all(stream, values.size() * sizeof(float)), mine(stream, part * sizeof(float));
    all.copy_from(std::as_bytes(std::span(values)));
    const OnDevice<const float> input{whole<float>(all).data, values.size()};
    world_.reduce_scatter(input, offsets, whole<float>(mine), {stream.handle()});
    std::vector<float> got(part), expected(part);
    mine.copy_to(std::as_writable_bytes(std::span(got)));
    world_.reduce_scatter(std::span<const float>(values), offsets, std::span(expected));
    EXPECT_EQ(got, expected);

    std::vector<float> gathered(values.size(), -1.0F);
    std::copy(expected.begin(), expected.end(), gathered.begin() + static_cast<std::ptrdiff_t>(offsets[me]));
    all.copy_from(std::as_bytes(std::span(gathered)));
    world_.all_gather(whole<float>(all), offsets, {stream.handle()});
    std::vector<float> result(values.size());
    all.copy_to(std::as_writable_bytes(std::span(result)));
    world_.all_gather(std::span(gathered), offsets);
    EXPECT_EQ(result, gathered);
  }
}

TEST_F(OnGpus, BroadcastBringsTheRootsBytes) {
  const device::Stream stream(device_);
  std::vector<float> values = numbers(1000);
  device::Buffer buffer(stream, values.size() * sizeof(float));
  buffer.copy_from(std::as_bytes(std::span(values)));
  world_.broadcast(whole<std::byte>(buffer), size_ - 1, {stream.handle()});
  std::vector<float> result(values.size());
  buffer.copy_to(std::as_writable_bytes(std::span(result)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(result[i], static_cast<float>(i % 1021) + static_cast<float>(size_ - 1));
  }
}

TEST(WithoutGpus, TheRefusalReachesEveryRank) {
  const Communicator world = test_world();
  if (own_device(world).kind == device::Kind::cuda) { GTEST_SKIP() << "every rank has a GPU"; }
  try {
    world.use_device(0);
    ADD_FAILURE() << "a rank without a GPU joined a group of GPUs";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), testing::AnyOf(testing::HasSubstr("this build has no CUDA"),
                                             testing::HasSubstr("CUDA failed in choosing the GPU"),
                                             testing::HasSubstr("NCCL failed in")));
  }
  std::vector<float> values(4);
  EXPECT_THROW(world.all_reduce(OnDevice<float>{values.data(), values.size()}, Reduce::sum, {}), Bug);
}

}  // namespace
}  // namespace srl::comm
