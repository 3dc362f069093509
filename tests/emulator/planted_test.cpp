// Each planted bug is found, and nothing is found in the same kernels without it. Every build finds them by
// faults and wrong numbers. Kernels compiled for the checks (SRL_CHECKED) also find races and accesses out of
// bounds, and the address sanitizer finds accesses out of bounds.
#include "emulator/planted.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "emulator/shared_helper.hpp"
#include "support/message_of.hpp"

namespace srl::emulator::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::uint64_t seeds = 20;
#ifdef SRL_CHECKED
constexpr bool checked = true;
#else
constexpr bool checked = false;
#endif

/// The number of schedules, of `seeds`, with a wrong result or a fault.
template <class Run, class Right>
int found(const Run& run, const Right& right) {
  int times = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    try {
      times += !right(run(seed));
    } catch (const Fault&) { ++times; }
  }
  return times;
}

TEST(Planted, ABarrierLeftOut) {
  const auto right = [](float sum) { return sum == 256 * 257 / 2; };
  const auto with = [](SumBug bug) { return [bug](std::uint64_t seed) { return two_sums(bug, seed); }; };
  EXPECT_EQ(found(with(SumBug::none), right), 0);
  EXPECT_TRUE(right(two_sums(SumBug::none, 0)));
  EXPECT_GE(found(with(SumBug::no_barrier_before_reading), right), 18);
  EXPECT_GE(found(with(SumBug::no_barrier_before_the_next_sum), right), checked ? 20 : 10);
  if (!checked) { return; }
  for (const SumBug bug : {SumBug::no_barrier_before_reading, SumBug::no_barrier_before_the_next_sum}) {
    // Found in any schedule, even in the threads' own order.
    EXPECT_THAT(
        test::message_of<Fault>([&] { two_sums(bug, 0); }),
        AllOf(HasSubstr("two_sums_kernel"), HasSubstr("race in shared memory"), HasSubstr("planted.cu:")));
  }
}

TEST(Planted, ASyncwarpLeftOut) {
  std::vector<int> plain(32);  // this file's copy of the function
  for (int k = 0; k < 32; ++k) { put_number(plain.data(), k); }
  const auto right = [](const std::vector<int>& got) {
    for (int t = 0; t < 32; ++t) {
      if (got[static_cast<std::size_t>(t)] != 200 + (t + 1) % 32) { return false; }
    }
    return true;
  };
  EXPECT_EQ(found([](std::uint64_t s) { return exchanged(ExchangeBug::none, s); }, right), 0);
  EXPECT_EQ(found([](std::uint64_t s) { return exchanged(ExchangeBug::no_syncwarp, s); }, right), seeds);
  if (checked) {
    EXPECT_THAT(test::message_of<Fault>([] { exchanged(ExchangeBug::no_syncwarp, 0); }),
                AllOf(HasSubstr("race in shared memory"), HasSubstr("shared_helper.hpp")));
  }
}

TEST(Planted, ALaneSkipsAShuffle) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    EXPECT_THAT(warp_sum(ShuffleBug::none, seed), ::testing::Each(32 * 33 / 2));
    const auto fault_with = [&](ShuffleBug bug) {
      return test::message_of<Fault>([&] { warp_sum(bug, seed); });
    };
    for (const ShuffleBug bug : {ShuffleBug::lane_5_skips_one, ShuffleBug::lane_5_skips_all}) {
      EXPECT_THAT(fault_with(bug),
                  AllOf(HasSubstr("warp_sum_kernel"), HasSubstr("lanes of a warp meet in"),
                        HasSubstr("__any_sync"), HasSubstr("planted.cu:"), HasSubstr("thread")));
    }
    EXPECT_THAT(fault_with(ShuffleBug::lane_5_leaves), HasSubstr("reads lane 5, which does not take part"));
    EXPECT_THAT(fault_with(ShuffleBug::mask_without_the_caller),
                HasSubstr("the caller is not in its own mask"));
    EXPECT_THAT(fault_with(ShuffleBug::another_line),
                HasSubstr("lanes of a warp meet in __shfl_xor_sync and in"));
  }
}

TEST(Planted, BarriersThatNotAllThreadsReach) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    EXPECT_EQ(meet_at_barriers(BarrierBug::none, seed), 2 + 64);
    const auto fault_with = [&](BarrierBug bug) {
      return test::message_of<Fault>([&] { meet_at_barriers(bug, seed); });
    };
    EXPECT_THAT(fault_with(BarrierBug::in_a_branch),
                AllOf(HasSubstr("every thread waits"), HasSubstr("__syncthreads (planted.cu:"),
                      HasSubstr("__shfl_sync (planted.cu:")));
    EXPECT_THAT(fault_with(BarrierBug::another_one_in_each_branch), HasSubstr("wait at different barriers"));
    EXPECT_THAT(fault_with(BarrierBug::in_a_loop_of_other_length), HasSubstr("wait at different barriers"));
  }
}

TEST(Planted, AWrongFragmentIndex) {
  std::vector<float> expected;
  for (int row = 0; row < 16; ++row) {
    for (int column = 0; column < 8; ++column) { expected.push_back(static_cast<float>(row * 16 + column)); }
  }
  EXPECT_EQ(product_by_hand(FragmentBug::none), expected);
  for (const FragmentBug bug :
       {FragmentBug::rows_exchanged, FragmentBug::columns_exchanged, FragmentBug::halves_exchanged}) {
    EXPECT_NE(product_by_hand(bug), expected);
  }
}

TEST(Planted, ACopyThatIsNotWaitedFor) {
  const auto right = [](const std::vector<float>& got) {
    for (std::size_t t = 0; t < 32; ++t) {
      if (got[t] != static_cast<float>((t + 1) % 32 + 1)) { return false; }
    }
    return true;
  };
  const auto with = [](CopyBug bug) { return [bug](std::uint64_t s) { return through_copies(bug, s); }; };
  EXPECT_EQ(found(with(CopyBug::none), right), 0);
  EXPECT_EQ(found(with(CopyBug::no_wait), right), seeds);
  EXPECT_EQ(found(with(CopyBug::no_commit), right), seeds);
  EXPECT_EQ(found(with(CopyBug::no_barrier_after_the_wait), right), seeds);
}

TEST(Planted, TwoWhoStoreToOnePlace) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    EXPECT_EQ(stored(StoreBug::none, seed), 63);
    EXPECT_EQ(counted(CountBug::none, seed), 96);
  }
  EXPECT_GE(found([](std::uint64_t s) { return counted(CountBug::not_atomic, s); },
                  [](int count) { return count == 96; }),
            seeds);
  if (!checked) { return; }
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    EXPECT_THAT(test::message_of<Fault>([&] { stored(StoreBug::two_threads, seed); }),
                AllOf(HasSubstr("race in shared memory"), HasSubstr("it writes at planted.cu:")));
    EXPECT_THAT(test::message_of<Fault>([&] { stored(StoreBug::two_blocks, seed); }),
                AllOf(HasSubstr("race in global memory: it writes at planted.cu:"),
                      HasSubstr("of another block wrote at")));
    EXPECT_THAT(test::message_of<Fault>([&] { counted(CountBug::not_atomic, seed); }),
                HasSubstr("race in shared memory"));
  }
}

TEST(Planted, OneElementPastSharedMemory) {
#if defined(__SANITIZE_ADDRESS__)
  // The undefined-behaviour sanitizer may see it first.
  EXPECT_DEATH(stored(StoreBug::behind_the_end, 0), "use-after-poison|out of bounds");
  EXPECT_DEATH(stored(StoreBug::before_the_begin, 0), "use-after-poison|out of bounds");
  EXPECT_DEATH(stored(StoreBug::behind_dynamic, 0), "use-after-poison");
#else
  if (!checked) { GTEST_SKIP() << "needs the checks or the address sanitizer"; }
  for (const StoreBug bug :
       {StoreBug::behind_the_end, StoreBug::before_the_begin, StoreBug::behind_dynamic}) {
    EXPECT_THAT(test::message_of<Fault>([&] { stored(bug, 1); }),
                AllOf(HasSubstr("4 bytes outside of its shared arrays at "), HasSubstr("planted.cu:")));
  }
#endif
}

TEST(Planted, LaunchesThatNoGpuAccepts) {
  const auto refusal = [](dim3 grid, dim3 block, std::size_t shared = 0) {
    return test::message_of<Fault>([&] { launch_nothing(grid, block, shared); });
  };
  EXPECT_EQ(refusal({2, 65535, 65535}, 0).find("no error"), std::string::npos);
  EXPECT_THAT(refusal(1, 1025), AllOf(HasSubstr("nothing_kernel: a block of 1025 x 1 x 1 threads"),
                                      HasSubstr("run_kernel.hpp:")));
  EXPECT_THAT(refusal(1, {32, 33}), HasSubstr("a block of 32 x 33 x 1 threads"));
  EXPECT_THAT(refusal(1, {1, 1, 65}), HasSubstr("a block of 1 x 1 x 65 threads"));
  EXPECT_THAT(refusal(0, 32), HasSubstr("a grid of 0 x 1 x 1 blocks"));
  EXPECT_THAT(refusal({1, 65536}, 32), HasSubstr("a grid of 1 x 65536 x 1 blocks"));
  EXPECT_THAT(refusal(1, 32, 232449), HasSubstr("232449 bytes of shared memory, a block has 232448"));
  EXPECT_EQ(refusal(3, 1024, 232448), "no error");
  EXPECT_THAT(
      test::message_of<Fault>([] { take_static_shared(); }),
      AllOf(HasSubstr("65536 bytes of static shared memory, a block has 49152"), HasSubstr("planted.cu:")));
}

}  // namespace
}  // namespace srl::emulator::testing
