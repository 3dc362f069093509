#pragma once
// The emulated GPU as the words of a kernel (words.hpp, tiles.hpp) and a runtime that launches kernels see
// it. One block runs at a time, its threads are fibers of the calling thread. The machine is in files of its
// own, so that instrumented kernel files show the kernel's own accesses only.
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
  /// 0: lanes, warps and blocks in their order. Else lanes and blocks in any order, and warps by random
  /// priorities that change now and then (Burckhardt et al., ASPLOS 2010): so one runs far ahead of the
  /// others, which a fair order would hardly ever do.
  std::uint64_t seed = 0;
  void (*body)(const void* arguments) = nullptr;  ///< what every thread runs
  const void* arguments = nullptr;
  std::size_t arguments_bytes = 0;
};

/// Fault for what no GPU accepts: no threads, more than 1,024 in a block, more than 227 KiB of shared memory.
void check_launch(const Launch& launch);
/// Fault for what a thread does wrong. Not from two threads at once.
void run(const Launch& launch);

/// The running thread, for threadIdx and its kin.
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
/// The lanes of `mask` meet. The last to come, or an exit that leaves all others waiting, completes it for
/// all: records[lane] is what each gave; lanes outside `present` gave none.
using Records = void* const (&)[warp_size];
using Complete = void (*)(unsigned present, Records records, Place where);
void meet(unsigned mask, const char* word, void* record, Complete complete, Place where);
void maybe_preempt();

// Shared memory: filled with NaNs, or with huge numbers, before every block.
struct SharedArray {
  std::uint64_t launch = 0;  ///< the one in which it got its place
  std::size_t offset = 0;
};
void* static_shared(SharedArray& array, std::size_t bytes, Place where);
void* dynamic_shared_memory();
bool in_shared(const void* address, std::size_t bytes);  ///< whole, and taken by this launch

// Copies that go on while the thread computes: done when it waits for them, and poison until then.
void copy_async(void* shared, const void* global, std::size_t bytes, std::size_t from_global, Place where);
void copy_async_commit();
void copy_async_wait(unsigned groups_left);

/// Accesses that no instrumentation shows: atomics, and what meetings and copies do.
enum class Access { read, write, atomic };
void note(Access access, const void* address, std::size_t bytes, unsigned thread, Place where);

}  // namespace srl::emulator
