#pragma once
// The machine's state, for the emulator's own files.
#include <deque>
#include <string>
#include <vector>

#include "emulator/machine.hpp"
#include "emulator/machine/fiber.hpp"

namespace srl::emulator {

/// Room for static arrays, with gaps between them that no kernel may access.
inline constexpr std::size_t static_area = most_static_shared + (16 << 10), shared_gap = 128;

struct AsyncCopy {
  void* to;
  const void* from;
  std::size_t bytes, from_global;
  unsigned group;
  Place where;
};

struct Thread {
  enum class State { ready, waiting, done };
  Fiber fiber;
  int stack = -1;  ///< -1 before it begins and after its end
  dim3 index;
  unsigned number = 0, lane = 0, warp = 0;
  State state = State::ready;
  bool at_barrier = false;
  const char* word = "";  ///< where it waits
  Place where;
  std::vector<AsyncCopy> copies;
  unsigned copy_group = 0;
};

/// Lanes that wait for each other under one mask.
struct Meeting {
  unsigned mask = 0, arrived = 0;
  const char* word = "";
  Place where;
  Complete complete = nullptr;
  void* records[warp_size] = {};
};

struct Warp {
  unsigned live = 0, ready = 0;  ///< lanes
  std::uint64_t priority = 0;
  std::deque<Meeting> meetings;
};

struct Machine {
  Machine() : threads(most_threads), warps(most_threads / warp_size), stacks(most_threads) {}
  Launch launch;
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  Stacks stacks;
  Fiber host;
  Thread* current = nullptr;
  unsigned size = 0, live = 0;  ///< threads of this block
  unsigned ready_warps = 0;
  std::uint64_t random_state = 0;
  std::string trouble;  ///< the fault that ended the block

  // The barrier that threads wait at.
  unsigned at_barrier = 0;
  Place barrier_place;
  Vote barrier_vote = Vote::none;
  unsigned votes = 0;
  int barrier_result = 0;

  std::size_t static_end = 0, static_bytes = 0;
  std::vector<std::size_t> static_begins, static_sizes;
  alignas(128) unsigned char shared[static_area + shared_gap + most_shared + shared_gap];
};
extern Machine machine;

std::uint64_t random_word();
void make_ready(Thread& thread);
void wait(const char* word, Place where);
void leave();                        ///< runs another thread
void lane_has_left(Thread& thread);  ///< completes meetings and barriers that waited for it
[[noreturn]] void fault_of(const Thread& thread, const std::string& what);
void begin_launch_shared();
void poison_shared();

/// Events that the checks get, where checks.cpp is linked.
struct Observer {
  virtual ~Observer() = default;
  virtual void begin_launch() = 0;
  virtual void begin_block() = 0;
  virtual void passed_barrier() = 0;
  virtual void synchronised_lanes(unsigned warp, unsigned lanes) = 0;
  virtual void access(Access access, const void* address, std::size_t bytes, const Thread& thread,
                      const Place& where) = 0;
};
extern Observer* observer;

}  // namespace srl::emulator
