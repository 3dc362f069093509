#pragma once
// Small kernels with one planted bug each, and the same kernels without it. The emulator must find each bug.
#include <cstdint>
#include <vector>

#include "emulator/machine.hpp"

namespace srl::emulator::testing {

/// The sum of 2, 4 to 512 minus the sum of 1 to 256, by two block sums in a row that use the same shared
/// memory. -1 if threads have different results.
enum class SumBug { none, no_barrier_before_reading, no_barrier_before_the_next_sum };
float two_sums(SumBug bug, std::uint64_t seed);

/// Neighbours of a warp exchange numbers through shared memory: thread t's is that of t + 1 (mod 32).
enum class ExchangeBug { none, no_syncwarp };
std::vector<int> exchanged(ExchangeBug bug, std::uint64_t seed);

/// The sum of 1 to 32 by shuffles, as each lane has it.
enum class ShuffleBug {
  none,
  lane_5_skips_one,
  lane_5_skips_all,
  lane_5_leaves,
  mask_without_the_caller,
  another_line
};
std::vector<int> warp_sum(ShuffleBug bug, std::uint64_t seed);

/// 64 threads and barriers.
enum class BarrierBug { none, in_a_branch, another_one_in_each_branch, in_a_loop_of_other_length };
int meet_at_barriers(BarrierBug bug, std::uint64_t seed);

/// c [16, 8] of one mma_16816 whose fragments are loaded by hand: a is rows of 1 to 256, b the identity.
enum class FragmentBug { none, rows_exchanged, columns_exchanged, halves_exchanged };
std::vector<float> product_by_hand(FragmentBug bug);

/// 32 floats, 1 to 32, through copy_async into shared memory, each read by the lane beside.
enum class CopyBug { none, no_wait, no_barrier_after_the_wait, no_commit };
std::vector<float> through_copies(CopyBug bug, std::uint64_t seed);

/// 64 threads store to an array. Bugs: two threads store to one place of shared memory, two blocks to one
/// place of global memory, or a thread stores outside of the array.
enum class StoreBug { none, two_threads, two_blocks, behind_the_end, before_the_begin, behind_dynamic };
int stored(StoreBug bug, std::uint64_t seed);

/// Counts to `threads` in shared memory.
enum class CountBug { none, not_atomic };
int counted(CountBug bug, std::uint64_t seed);

/// Launches of a kernel that does nothing, and one that takes too much static shared memory.
void launch_nothing(dim3 grid, dim3 block, std::size_t shared);
void take_static_shared();

}  // namespace srl::emulator::testing
