// Runs the blocks of a launch one after the other, and of a block whichever thread is ready and has its turn.
#include <bit>
#include <cstring>
#include <exception>
#include <map>
#include <utility>

#include "emulator/machine/state.hpp"

namespace srl::emulator {

Here here;
Figures figures;
Machine machine;
Observer* observer = nullptr;

namespace {

Machine& m = machine;

void become(Thread* thread) {
  m.current = thread;
  if (thread == nullptr) { return; }
  here.thread = thread->index;
  here.lane = thread->lane;
  here.number = thread->number;
}

/// A random lane of `lanes`.
unsigned any_of(unsigned lanes, std::uint64_t word) {
  for (std::uint64_t skip = word % static_cast<unsigned>(std::popcount(lanes)); skip > 0; --skip) {
    lanes &= lanes - 1;
  }
  return static_cast<unsigned>(std::countr_zero(lanes));
}

/// Who runs next; null when no thread is ready.
Thread* next() {
  if (m.ready_warps == 0) { return nullptr; }
  unsigned warp = static_cast<unsigned>(std::countr_zero(m.ready_warps)), lane = 0;
  if (m.launch.seed == 0) {
    lane = static_cast<unsigned>(std::countr_zero(m.warps[warp].ready));
  } else {
    const std::uint64_t word = random_word();
    if (word % 256 == 0) { m.warps[any_of(m.ready_warps, word >> 8)].priority = random_word(); }
    for (unsigned left = m.ready_warps; left != 0; left &= left - 1) {
      const unsigned w = static_cast<unsigned>(std::countr_zero(left));
      if (m.warps[w].priority > m.warps[warp].priority) { warp = w; }
    }
    lane = any_of(m.warps[warp].ready, word >> 32);
  }
  m.warps[warp].ready &= ~(1u << lane);
  if (m.warps[warp].ready == 0) { m.ready_warps &= ~(1u << warp); }
  return &m.threads[warp * warp_size + lane];
}

std::string block_text() {
  const dim3 b = here.block;
  return "block " + std::to_string(b.x) + " " + std::to_string(b.y) + " " + std::to_string(b.z);
}

/// Back to the host, which throws.
[[noreturn]] void give_up(const std::string& what) {
  m.trouble = std::string(m.launch.kernel) + ": " + what + " (launched at " + text_of(m.launch.where) + ")";
  Thread& me = *m.current;
  become(nullptr);
  change(me.fiber, m.host, true);
  std::terminate();  // no thread comes back
}

[[noreturn]] void all_wait() {
  std::map<std::string, std::pair<unsigned, unsigned>> places;  // how many threads, and the first of them
  for (unsigned t = m.size; t-- > 0;) {
    const Thread& thread = m.threads[t];
    if (thread.state != Thread::State::waiting) { continue; }
    auto& [count, first] = places[std::string(thread.word) + " (" + text_of(thread.where) + ")"];
    ++count;
    first = t;
  }
  std::string text = block_text() + ": every thread waits";
  for (const auto& [place, threads] : places) {
    text += "; " + std::to_string(threads.first) + " in " + place + ", the first is thread " +
            std::to_string(threads.second);
  }
  give_up(text);
}

/// The fiber of a thread: its own body, then those of others that have not begun, on the same stack.
[[noreturn]] void thread_main() {
  arrived();
  for (;;) {
    try {
      m.launch.body(m.launch.arguments);
    } catch (const std::exception& error) { m.trouble = error.what(); }
    Thread& me = *m.current;
    if (!m.trouble.empty()) { fault_of(me, m.trouble); }
    if (!me.copies.empty()) { fault_of(me, "ends before its asynchronous copies have run"); }
    me.state = Thread::State::done;
    --m.live;
    lane_has_left(me);
    Thread* const to = next();
    if (to == nullptr && m.live > 0) { all_wait(); }
    if (to != nullptr && to->stack < 0) {
      to->stack = me.stack;
      to->fiber = {nullptr, me.fiber.bottom, me.fiber.size, nullptr};
      become(to);
      continue;
    }
    m.stacks.give_back(static_cast<unsigned>(me.stack));
    become(to);
    ++figures.changes;
    change(me.fiber, to != nullptr ? to->fiber : m.host, true);
  }
}

void start_or_continue(Thread& to) {
  if (to.stack >= 0) { return; }
  to.stack = static_cast<int>(m.stacks.take());
  prepare(to.fiber, m.stacks.bottom(static_cast<unsigned>(to.stack)), Stacks::bytes - 4096, thread_main);
}

void begin_block(unsigned threads) {
  const dim3 d = m.launch.block;
  m.size = m.live = threads;
  m.at_barrier = 0;
  m.ready_warps = 0;
  m.stacks.take_all_back();
  const unsigned warps = (threads + warp_size - 1) / warp_size;
  for (unsigned w = 0; w < warps; ++w) {
    m.warps[w].live = m.warps[w].ready = 0;
    m.warps[w].meetings.clear();
    m.warps[w].priority = m.launch.seed != 0 ? random_word() : 0;
  }
  for (unsigned t = 0; t < threads; ++t) {
    Thread& thread = m.threads[t];
    thread.stack = -1;
    thread.number = t;
    thread.lane = t % warp_size;
    thread.warp = t / warp_size;
    thread.index = {t % d.x, t / d.x % d.y, t / d.x / d.y};
    thread.at_barrier = false;
    thread.copies.clear();
    thread.copy_group = 0;
    m.warps[thread.warp].live |= 1u << thread.lane;
    make_ready(thread);
  }
}

void run_block(unsigned threads) {
  poison_shared();
  begin_block(threads);
  if (observer != nullptr) { observer->begin_block(); }
  figures.threads += threads;
  Thread* const first = next();
  start_or_continue(*first);
  become(first);
  change(m.host, first->fiber);
  become(nullptr);
  if (!m.trouble.empty()) { throw Fault(std::exchange(m.trouble, {})); }
}

}  // namespace

std::uint64_t random_word() {  // splitmix64
  std::uint64_t z = (m.random_state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

void make_ready(Thread& thread) {
  thread.state = Thread::State::ready;
  m.warps[thread.warp].ready |= 1u << thread.lane;
  m.ready_warps |= 1u << thread.warp;
}

void leave() {
  Thread& me = *m.current;
  Thread* const to = next();
  if (to == &me) { return; }
  if (to == nullptr) { all_wait(); }
  start_or_continue(*to);
  become(to);
  ++figures.changes;
  change(me.fiber, to->fiber);
}

void wait(const char* word, Place where) {
  m.current->state = Thread::State::waiting;
  m.current->word = word;
  m.current->where = where;
  leave();
}

void maybe_preempt() {
  if (m.launch.seed == 0 || random_word() % 4 != 0) { return; }
  make_ready(*m.current);
  leave();
}

std::string text_of(const Place& where) {
  const char* const slash = std::strrchr(where.file_name(), '/');
  return std::string(slash != nullptr ? slash + 1 : where.file_name()) + ":" + std::to_string(where.line());
}

void fault_of(const Thread& thread, const std::string& what) {
  give_up("thread " + std::to_string(thread.number) + " of " + block_text() + ": " + what);
}

void fault(const std::string& what, Place where) {
  if (m.current != nullptr) { fault_of(*m.current, what + " at " + text_of(where)); }
  throw Fault(std::string(m.launch.kernel) + ": " + what + " (" + text_of(where) + ")");
}

void check_launch(const Launch& launch) {
  const auto refuse = [&](const std::string& what) {
    throw Fault(std::string(launch.kernel) + ": " + what + " (" + text_of(launch.where) + ")");
  };
  const auto& [gx, gy, gz] = launch.grid;
  const auto& [bx, by, bz] = launch.block;
  const auto text = [](const dim3& d) {
    return std::to_string(d.x) + " x " + std::to_string(d.y) + " x " + std::to_string(d.z);
  };
  if (gx == 0 || gy == 0 || gz == 0 || gx > 0x7fffffffu || gy > 65535 || gz > 65535) {
    refuse("a grid of " + text(launch.grid) + " blocks");
  }
  if (bx == 0 || by == 0 || bz == 0 || bx > 1024 || by > 1024 || bz > 64 ||
      std::uint64_t{bx} * by * bz > most_threads) {
    refuse("a block of " + text(launch.block) + " threads");
  }
  if (launch.shared > most_shared) {
    refuse(std::to_string(launch.shared) + " bytes of shared memory, a block has " +
           std::to_string(most_shared));
  }
}

void run(const Launch& launch) {
  check_launch(launch);
  m.launch = launch;
  ++figures.launches;
  m.random_state = launch.seed;
  here.grid = launch.grid;
  here.block_dim = launch.block;
  begin_launch_shared();
  if (observer != nullptr) { observer->begin_launch(); }
  const dim3 grid = launch.grid;
  const std::uint64_t blocks = std::uint64_t{grid.x} * grid.y * grid.z;
  const std::uint64_t start = launch.seed != 0 ? random_word() % blocks : 0;
  const bool backwards = launch.seed != 0 && random_word() % 2 == 0;
  for (std::uint64_t k = 0; k < blocks; ++k) {
    std::uint64_t b = (k + start) % blocks;
    if (backwards) { b = blocks - 1 - b; }
    here.block = {static_cast<unsigned>(b % grid.x), static_cast<unsigned>(b / grid.x % grid.y),
                  static_cast<unsigned>(b / grid.x / grid.y)};
    run_block(launch.block.x * launch.block.y * launch.block.z);
  }
}

}  // namespace srl::emulator
