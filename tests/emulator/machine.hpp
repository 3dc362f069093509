#pragma once
// The emulated GPU, as kernels (words.hpp, tiles.hpp) and runtimes that launch kernels see it. One block runs
// at a time. Its threads are fibers of the calling thread. The machine has its own source files, so that
// instrumented kernel files show only the kernel's own accesses.
#include <cstddef>
#include <cstdint>

#include "emulator/fault.hpp"

/// CUDA's.
struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned in_x = 1, unsigned in_y = 1, unsigned in_z = 1) : x(in_x), y(in_y), z(in_z) {}
};

namespace srl::emulator {

inline constexpr unsigned most_threads = 1024, warp_size = 32;
inline constexpr std::size_t most_static_shared = 48 << 10, most_shared = 227 << 10;

struct Launch {
  const char* kernel = "";
  Place where = Place::current();
  dim3 grid, block;
  std::size_t shared = 0;  ///< dynamic shared memory, bytes
  /// 0: lanes, warps and blocks in their order. Else lanes and blocks in random order, and warps by random
  /// priorities that change sometimes (Burckhardt et al., ASPLOS 2010). So one warp runs far ahead of the
  /// others, which rarely happens in a fair order.
  std::uint64_t seed = 0;
  void (*body)(const void* arguments) = nullptr;  ///< what every thread runs
  const void* arguments = nullptr;
  std::size_t arguments_bytes = 0;
};

/// Throws Fault for a launch that no GPU accepts: no threads, more than 1,024 threads per block, more than
/// 227 KiB of shared memory.
void check_launch(const Launch& launch);
/// Throws Fault for an error of a thread. Must not be called from two host threads at once.
void run(const Launch& launch);

/// The running thread, for threadIdx and the other index variables.
struct Here {
  dim3 thread, block, block_dim, grid;
  unsigned lane = 0, number = 0;  ///< in its warp, in its block
};
extern Here here;

struct Figures {
  std::uint64_t launches = 0, threads = 0, changes = 0;
};
extern Figures figures;

// What threads of a block do together.
enum class Vote { none, any, all, count };
int barrier(Vote vote, bool value, Place where);
/// The lanes of `mask` meet. The last lane to arrive, or a lane that exits while all others wait, completes
/// the meeting for all. records[lane] is what a lane gave; lanes outside `present` gave nothing.
using Records = void* const (&)[warp_size];
using Complete = void (*)(unsigned present, Records records, Place where);
void meet(unsigned mask, const char* word, void* record, Complete complete, Place where);
void maybe_preempt();

// Shared memory is filled with NaNs or huge numbers before every block.
struct SharedArray {
  std::uint64_t launch = 0;  ///< in which it got its place
  std::size_t offset = 0;
};
void* static_shared(SharedArray& array, std::size_t bytes, Place where);
void* dynamic_shared_memory();
bool in_shared(const void* address, std::size_t bytes);  ///< all of it, and allocated by this launch

// Copies that run while the thread computes. They are done when it waits for them; until then the target is
// poison.
void copy_async(void* shared, const void* global, std::size_t bytes, std::size_t from_global, Place where);
void copy_async_commit();
void copy_async_wait(unsigned groups_left);

/// Reports accesses that instrumentation does not see: atomics, and those of meetings and copies.
enum class Access { read, write, atomic };
void note(Access access, const void* address, std::size_t bytes, unsigned thread, Place where);

}  // namespace srl::emulator
