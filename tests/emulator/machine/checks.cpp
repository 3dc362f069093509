// Checks of every access of a kernel. Kernel files are compiled with -fsanitize=thread; instead of that
// sanitizer's library they find the functions below, which look for
//   races     two accesses of the same bytes, one of them a write, with neither a barrier nor a __syncwarp
//             between them, in shared and in global memory; blocks of one launch are never in order
//   bounds    bytes of no allocation, no piece of an arena and no shared array; host memory
// Shuffles, votes and products bring values, but they put no order on memory.
#include <dlfcn.h>
#include <link.h>

#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/machine/shadow.hpp"
#include "emulator/memory_map.hpp"

namespace srl::emulator {
namespace {

const char* verb(Access access) {
  return access == Access::read ? "reads" : access == Access::write ? "writes" : "changes";
}

/// "file:line" of an instruction, by addr2line where it is installed; else its address in the program.
std::string line_of(const void* instruction) {
  Dl_info info{};
  if (dladdr(instruction, &info) == 0) { return "?"; }
  const auto address = reinterpret_cast<std::uintptr_t>(instruction) -
                       reinterpret_cast<std::uintptr_t>(info.dli_fbase) - 1;  // the call, not what follows it
  char command[4200], line[512] = "";
  std::snprintf(command, sizeof command, "addr2line -s -e '%s' 0x%zx 2>/dev/null", info.dli_fname, address);
  if (FILE* const pipe = popen(command, "r"); pipe != nullptr) {
    if (std::fgets(line, sizeof line, pipe) == nullptr) { line[0] = '\0'; }
    pclose(pipe);
  }
  const std::string_view text = std::string_view(line).substr(0, std::string_view(line).find_first_of(" \n"));
  if (!text.empty() && text[0] != '?') { return std::string(text); }
  std::snprintf(line, sizeof line, "address 0x%zx", address);
  return line;
}

/// Each instruction is asked for once: that takes a moment.
std::string text_of_spot(const Spot& spot) {
  if (spot.instruction == nullptr) { return text_of(spot.where); }
  static std::map<const void*, std::string> known;
  std::string& text = known[spot.instruction];
  if (text.empty()) { text = line_of(spot.instruction); }
  return text;
}

struct Segment {
  std::uintptr_t begin, end;
};

/// What no thread can write: the program's constants.
std::vector<Segment> constant_segments() {
  std::vector<Segment> segments;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* found) {
        for (int s = 0; s < info->dlpi_phnum; ++s) {
          const auto& segment = info->dlpi_phdr[s];
          const std::uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
          if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) == 0) {
            static_cast<std::vector<Segment>*>(found)->push_back({begin, begin + segment.p_memsz});
          }
        }
        return 0;
      },
      &segments);
  return segments;
}

bool is_constant(const void* address) {
  static const std::vector<Segment> segments = constant_segments();
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  for (const Segment& segment : segments) {
    if (at >= segment.begin && at < segment.end) { return true; }
  }
  return false;
}

bool within(const void* address, std::size_t bytes, const void* begin, std::size_t size) {
  const auto* const at = static_cast<const char*>(address);
  const auto* const from = static_cast<const char*>(begin);
  return at >= from && at + bytes <= from + size;
}

/// The nearest allowed memory that begins at or before the address.
std::string neighbour_of(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  auto after = allowed_memory().upper_bound(at);
  if (after == allowed_memory().begin()) { return ""; }
  const auto& [begin, memory] = *std::prev(after);
  return ", at byte " + std::to_string(at - begin) + " of " + std::to_string(memory.bytes) + " of '" +
         memory.name + "'";
}

bool is_allowed(const void* address, std::size_t bytes) {
  if (allowed_memory().empty()) { return true; }
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  auto after = allowed_memory().upper_bound(at);
  if (after == allowed_memory().begin()) { return false; }
  const auto& [begin, memory] = *std::prev(after);
  return at + bytes <= begin + memory.bytes;
}

class Checks : public Observer {
 public:
  Checks() { observer = this; }
  void begin_launch() override { shadow_.begin_launch(); }
  void begin_block() override { shadow_.begin_block(); }
  void passed_barrier() override { shadow_.passed_barrier(); }
  void synchronised_lanes(unsigned warp, unsigned lanes) override { shadow_.synchronised(warp, lanes); }
  void access(Access access, const void* address, std::size_t bytes, const Thread& thread,
              const Place& where) override {
    look(access, address, bytes, thread, {nullptr, where});
  }

  void look(Access access, const void* address, std::size_t bytes, const Thread& thread, const Spot& spot) {
    const Machine& m = machine;
    const bool shared = within(address, 1, m.shared, sizeof m.shared);
    if (!shared && belongs_to_thread(access, address, bytes, thread)) { return; }
    if (shared ? !in_shared(address, bytes) : !is_allowed(address, bytes)) {
      if (access == Access::read && is_constant(address)) { return; }
      fault_of(thread,
               std::string(verb(access)) + " " + std::to_string(bytes) + " bytes " +
                   (shared ? "outside of its shared arrays" : "of no allocation" + neighbour_of(address)) +
                   " at " + text_of_spot(spot));
    }
    if (const auto other = shadow_.touch(address, bytes, access, thread.number, spot, shared)) {
      fault_of(thread, "race in " + std::string(shared ? "shared" : "global") + " memory: it " +
                           verb(access) + " at " + text_of_spot(spot) + " what thread " +
                           std::to_string(other->thread) +
                           (shared || other->block == shadow_.block() ? "" : " of another block") +
                           (other->access == Access::read ? " read at " : " wrote at ") +
                           text_of_spot(other->spot) + ", and nothing puts the two in order");
    }
  }

 private:
  /// Its stack, its arguments, threadIdx and its kin.
  bool belongs_to_thread(Access access, const void* address, std::size_t bytes, const Thread& thread) const {
    const Machine& m = machine;
    if (within(address, bytes, &here, sizeof here)) { return true; }
    if (access == Access::read && within(address, bytes, m.launch.arguments, m.launch.arguments_bytes)) {
      return true;
    }
    if (!m.stacks.hold(address)) { return false; }
    if (within(address, bytes, thread.fiber.bottom, thread.fiber.size)) { return true; }
    fault_of(thread, std::string(verb(access)) + " a local variable of another thread");
  }

  Shadow shadow_;
};

Checks checks;

void looked_at(Access access, const void* address, std::size_t bytes, const void* instruction) {
  if (machine.current == nullptr) { return; }  // the host's part of a kernel file
  checks.look(access, address, bytes, *machine.current, {instruction, {}});
}

}  // namespace
}  // namespace srl::emulator

using srl::emulator::Access;
using srl::emulator::looked_at;

extern "C" {
void __tsan_init();
void __tsan_func_entry(void*);
void __tsan_func_exit();
void __tsan_vptr_update(void**, void*);
void __tsan_read_range(void*, unsigned long);
void __tsan_write_range(void*, unsigned long);

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_read_range(void* at, unsigned long bytes) {
  looked_at(Access::read, at, bytes, __builtin_return_address(0));
}
void __tsan_write_range(void* at, unsigned long bytes) {
  looked_at(Access::write, at, bytes, __builtin_return_address(0));
}
#define SRL_TSAN_ACCESS(name, access, bytes)                           \
  void __tsan_##name##bytes(void* at);                                 \
  void __tsan_##name##bytes(void* at) {                                \
    looked_at(Access::access, at, bytes, __builtin_return_address(0)); \
  }
#define SRL_TSAN_ACCESSES(bytes)                 \
  SRL_TSAN_ACCESS(read, read, bytes)             \
  SRL_TSAN_ACCESS(write, write, bytes)           \
  SRL_TSAN_ACCESS(unaligned_read, read, bytes)   \
  SRL_TSAN_ACCESS(unaligned_write, write, bytes) \
  SRL_TSAN_ACCESS(volatile_read, read, bytes)    \
  SRL_TSAN_ACCESS(volatile_write, write, bytes)
SRL_TSAN_ACCESSES(1)
SRL_TSAN_ACCESSES(2)
SRL_TSAN_ACCESSES(4)
SRL_TSAN_ACCESSES(8)
SRL_TSAN_ACCESSES(16)

// What the standard library does atomically in the host's part of a kernel file.
#define SRL_TSAN_ATOMICS(bits, type)                                                                      \
  type __tsan_atomic##bits##_load(const volatile type* at, int);                                          \
  void __tsan_atomic##bits##_store(volatile type* at, type value, int);                                   \
  type __tsan_atomic##bits##_exchange(volatile type* at, type value, int);                                \
  type __tsan_atomic##bits##_fetch_add(volatile type* at, type value, int);                               \
  type __tsan_atomic##bits##_fetch_sub(volatile type* at, type value, int);                               \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile type* at, type* old, type value, int, int);  \
  type __tsan_atomic##bits##_load(const volatile type* at, int) {                                         \
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);                                                         \
  }                                                                                                       \
  void __tsan_atomic##bits##_store(volatile type* at, type value, int) {                                  \
    __atomic_store_n(at, value, __ATOMIC_SEQ_CST);                                                        \
  }                                                                                                       \
  type __tsan_atomic##bits##_exchange(volatile type* at, type value, int) {                               \
    return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);                                              \
  }                                                                                                       \
  type __tsan_atomic##bits##_fetch_add(volatile type* at, type value, int) {                              \
    return __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST);                                               \
  }                                                                                                       \
  type __tsan_atomic##bits##_fetch_sub(volatile type* at, type value, int) {                              \
    return __atomic_fetch_sub(at, value, __ATOMIC_SEQ_CST);                                               \
  }                                                                                                       \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile type* at, type* old, type value, int, int) { \
    return __atomic_compare_exchange_n(at, old, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
  }
SRL_TSAN_ATOMICS(8, std::uint8_t)
SRL_TSAN_ATOMICS(32, std::uint32_t)
SRL_TSAN_ATOMICS(64, std::uint64_t)
}
