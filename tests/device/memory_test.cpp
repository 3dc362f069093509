// Buffers, pinned memory, copies and arenas: the same on the CPU and on a GPU.
#include "device/memory.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "device/arena.hpp"
#include "device/array_builder.hpp"
#include "device/own_gpu.hpp"

namespace srl::device {
namespace {

using testing::counted_from;
using ::testing::HasSubstr;
using testing::numbers;

/// On the CPU, and on a GPU where there is one.
class Memory : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == Kind::cuda && visible_gpus().empty()) { GTEST_SKIP() << "no GPU here"; }
  }
  Device device_{GetParam(), 0};
};

TEST_P(Memory, NumbersGoThereAndBack) {
  const Stream stream(device_);
  const Buffer buffer(stream, 1000 * sizeof(float));
  const Span<float> all = buffer.as<float>();
  std::vector<float> host = counted_from(1, 1000);
  upload(stream, all, host);
  host.assign(1000, 0);  // may change at once
  copy(stream, all.first(100), all.part(500, 100));
  zero(stream, all.part(900, 100));
  std::vector<float> expected = counted_from(1, 1000);
  for (std::size_t i = 0; i < 100; ++i) { expected[i] = expected[500 + i], expected[900 + i] = 0; }
  EXPECT_EQ(numbers(stream, all), expected);
}

TEST_P(Memory, PinnedNumbersGoThereAndBackInTheStreamsOrder) {
  const Stream stream(device_);
  const Buffer buffer(stream, 1000 * sizeof(float));
  const PinnedMemory from(device_, 1000 * sizeof(float)), to(device_, 1000 * sizeof(float));
  for (std::size_t i = 0; i < 1000; ++i) { from.as<float>().elements[i] = static_cast<float>(i); }
  upload(stream, buffer.as<float>(), from.as<float>());
  download(stream, to.as<float>(), buffer.as<float>());
  Event there(device_);
  there.record(stream);
  there.wait();
  EXPECT_TRUE(there.done());
  const std::span<float> got = to.as<float>().elements;
  EXPECT_EQ(std::vector<float>(got.begin(), got.end()), counted_from(0, 1000));
}

TEST_P(Memory, ArraysAreUploadedAtOnceAndThroughPinnedMemory) {
  const Stream stream(device_);
  const Buffer buffer(stream, 5 * sizeof(std::int32_t));
  PinnedPair pinned(device_, 5 * sizeof(std::int32_t));
  for (int round = 0; round < 4; ++round) {
    zero(stream, buffer.as<std::int32_t>());
    ArrayBuilder arrays(buffer.as<std::int32_t>());
    const Span<const std::int32_t> first = arrays.add(std::vector<std::int64_t>{round, 2}),
                                   second = arrays.add(std::vector<std::int32_t>{3, 4, 5});
    if (round == 0) {
      arrays.upload(stream);
    } else {
      arrays.upload(stream, pinned);
    }
    std::vector<std::int32_t> two(2), three(3);
    download(stream, std::span(two), first);
    download(stream, std::span(three), second);
    EXPECT_EQ(two, (std::vector<std::int32_t>{round, 2}));
    EXPECT_EQ(three, (std::vector<std::int32_t>{3, 4, 5}));
    EXPECT_THROW(arrays.add(std::vector<std::int32_t>{6}), Bug);
  }
}

TEST_P(Memory, WrongSizesAreOurMistake) {
  const Stream stream(device_);
  const Buffer buffer(stream, 40);
  std::vector<float> host(9);
  EXPECT_THROW(upload(stream, buffer.as<float>(), host), Bug);
  EXPECT_THROW(download(stream, std::span(host), buffer.as<float>()), Bug);
  EXPECT_THROW(buffer.as<float>().part(8, 3), Bug);
  EXPECT_THROW(buffer.bytes().first(39).as<float>(), Bug);
}

TEST_P(Memory, AnArenaIsCarvedByNamesAndSaysWhatDoesNotFit) {
  const Stream stream(device_);
  Arena arena(device_, 10000, "training");
  EXPECT_EQ(arena.size(), 10240u);  // whole pieces of 256
  const Span<float> weights = arena.take<float>("weights", 1000);
  const Span<std::byte> flags = arena.take<std::byte>("flags", 3);
  EXPECT_EQ(arena.used(), 4096u + 256u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(flags.data()) % 256, 0u);
  EXPECT_EQ(arena.pieces()[1].name, "flags");
  EXPECT_EQ(arena.pieces()[1].bytes, 3u);
  upload(stream, weights, counted_from(5, 1000));
  try {
    arena.take<float>("gradients, layer 3", 1500);
    ADD_FAILURE() << "it does not fit";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("arena 'training' of 10.0 KiB has no room for 'gradients, layer 3' (5.9 "
                          "KiB): 5.8 KiB are left; the largest pieces are 'weights' (3.9 KiB)"));
  }
  EXPECT_EQ(arena.take<std::byte>("the rest", arena.left()).size(), 10240u - 4352u);
  EXPECT_EQ(arena.left(), 0u);
  EXPECT_EQ(numbers(stream, weights), counted_from(5, 1000));
  EXPECT_THROW(arena.take<double>("overflow", ~std::size_t{0} / 4), Bug);
}

TEST_P(Memory, APartOfAnArenaIsUsedInPhases) {
  const Stream stream(device_);
  Arena arena(device_, 64 << 10, "all");
  const Span<float> weights = arena.take<float>("weights", 256);
  upload(stream, weights, counted_from(1, 256));
  Arena region = arena.part("rollout and training", 40 << 10);
  for (int phase = 0; phase < 3; ++phase) {
    const Span<float> cache = region.take<float>("cache", 5000), small = region.take<float>("more", 100);
    upload(stream, cache, counted_from(static_cast<float>(phase), 5000));
    upload(stream, small, counted_from(7, 100));
    EXPECT_EQ(numbers(stream, cache), counted_from(static_cast<float>(phase), 5000));
    EXPECT_THROW(region.take<float>("too much", 6000), EnvironmentError);
    Arena inner = region.part("of a part", 4096);
    EXPECT_EQ(inner.take<float>("all of it", 1024).size(), 1024u);
    region.restart(stream);
    EXPECT_EQ(region.used(), 0u);
  }
  EXPECT_EQ(arena.left(), (24u << 10) - 1024);
  EXPECT_EQ(numbers(stream, weights), counted_from(1, 256));
}

INSTANTIATE_TEST_SUITE_P(OnCpu, Memory, ::testing::Values(Kind::cpu));
INSTANTIATE_TEST_SUITE_P(OnGpu, Memory, ::testing::Values(Kind::cuda));

class GpuMemoryFigures : public testing::OnAGpu {};

TEST_F(GpuMemoryFigures, CountWhatIsTaken) {
  const Stream stream(gpu_);
  const GpuMemory before = gpu_memory(gpu_);
  {
    const Buffer buffer(stream, 1 << 20);
    EXPECT_GE(gpu_memory(gpu_).taken, before.taken + (1 << 20));
  }
  stream.wait();
  EXPECT_GE(gpu_memory(gpu_).peak, before.taken + (1 << 20));
  EXPECT_LE(gpu_memory(gpu_).taken, before.taken);
  try {
    const Buffer buffer(stream, std::size_t{1} << 45);
    ADD_FAILURE() << "32 TiB were given";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no room for 32.0 TiB; free are"));
  }
  EXPECT_THROW(Arena(gpu_, std::size_t{1} << 45, "huge"), EnvironmentError);
}

TEST(Devices, WhatDoesNotExistIsRefused) {
  EXPECT_THROW(Stream(Device{Kind::cuda, 1000}), EnvironmentError);
  EXPECT_THROW(Arena(Device{Kind::cuda, 1000}, 256, "none"), EnvironmentError);
  EXPECT_THROW(gpu_memory(Device{}), Bug);
}

}  // namespace
}  // namespace srl::device
