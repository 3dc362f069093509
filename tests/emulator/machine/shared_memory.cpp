// Shared memory: static arrays get their places when a launch first comes to them, with untouchable bytes
// between them; dynamic memory is behind them. Copies into it that continue while a thread computes.
#include <cstring>
#include <string>

#include "emulator/machine/state.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace srl::emulator {
namespace {

Machine& m = machine;

constexpr std::size_t alignment = 128;

void forbid([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_poison_memory_region(at, bytes);
#endif
}
void allow([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(at, bytes);
#endif
}

/// Uninitialised memory: NaN, or a huge number; by a bit that differs between launches (their lowest bit is
/// 1).
int poison_byte() {
  return m.launch.seed / 2 % 2 == 0 ? 0xff : 0x7f;
}

unsigned char* dynamic_begin() {
  return m.shared + static_area + shared_gap;
}

}  // namespace

void begin_launch_shared() {
  m.static_end = shared_gap;  // also before the first array
  m.static_begins.clear();
  m.static_sizes.clear();
  m.static_bytes = 0;
  forbid(m.shared, sizeof m.shared);
  allow(dynamic_begin(), m.launch.shared);
}

void poison_shared() {
  for (std::size_t a = 0; a < m.static_begins.size(); ++a) {
    std::memset(m.shared + m.static_begins[a], poison_byte(), m.static_sizes[a]);
  }
  std::memset(dynamic_begin(), poison_byte(), m.launch.shared);
}

void* static_shared(SharedArray& array, std::size_t bytes, Place where) {
  if (array.launch == figures.launches) { return m.shared + array.offset; }
  m.static_bytes += bytes;
  if (m.static_bytes > most_static_shared) {
    fault(std::to_string(m.static_bytes) + " bytes of static shared memory, a block has " +
              std::to_string(most_static_shared),
          where);
  }
  if (m.static_bytes + m.launch.shared > most_shared) {
    fault(std::to_string(m.static_bytes + m.launch.shared) + " bytes of shared memory, a block has " +
              std::to_string(most_shared),
          where);
  }
  array.launch = figures.launches;
  array.offset = (m.static_end + alignment - 1) / alignment * alignment;
  m.static_end = array.offset + bytes + shared_gap;
  if (m.static_end > static_area) { fault("too many static shared arrays for the emulator", where); }
  m.static_begins.push_back(array.offset);
  m.static_sizes.push_back(bytes);
  allow(m.shared + array.offset, bytes);
  std::memset(m.shared + array.offset, poison_byte(), bytes);
  return m.shared + array.offset;
}

void* dynamic_shared_memory() {
  return dynamic_begin();
}

bool in_shared(const void* address, std::size_t bytes) {
  const auto* const at = static_cast<const unsigned char*>(address);
  if (at >= dynamic_begin() && at + bytes <= dynamic_begin() + m.launch.shared) { return true; }
  for (std::size_t a = 0; a < m.static_begins.size(); ++a) {
    const unsigned char* const begin = m.shared + m.static_begins[a];
    if (at >= begin && at + bytes <= begin + m.static_sizes[a]) { return true; }
  }
  return false;
}

void copy_async(void* shared, const void* global, std::size_t bytes, std::size_t from_global, Place where) {
  Thread& me = *m.current;
  const auto misaligned = [&](const void* at) { return reinterpret_cast<std::uintptr_t>(at) % bytes != 0; };
  if (!in_shared(shared, bytes)) { fault("copy_async to what is not shared memory", where); }
  if (misaligned(shared) || (from_global > 0 && misaligned(global))) {
    fault("copy_async of " + std::to_string(bytes) + " bytes at an address that is not a multiple of it",
          where);
  }
  note(Access::write, shared, bytes, me.number, where);
  std::memset(shared, poison_byte(), bytes);
  me.copies.push_back({shared, global, bytes, from_global, me.copy_group, where});
}

void copy_async_commit() {
  ++m.current->copy_group;
}

void copy_async_wait(unsigned groups_left) {
  Thread& me = *m.current;
  std::size_t done = 0;
  for (; done < me.copies.size() && me.copies[done].group + groups_left < me.copy_group; ++done) {
    const AsyncCopy& copy = me.copies[done];
    if (copy.from_global > 0) { note(Access::read, copy.from, copy.from_global, me.number, copy.where); }
    note(Access::write, copy.to, copy.bytes, me.number, copy.where);
    std::memcpy(copy.to, copy.from, copy.from_global);
    std::memset(static_cast<char*>(copy.to) + copy.from_global, 0, copy.bytes - copy.from_global);
  }
  me.copies.erase(me.copies.begin(), me.copies.begin() + static_cast<std::ptrdiff_t>(done));
}

void note(Access access, const void* address, std::size_t bytes, unsigned thread, Place where) {
  if (observer != nullptr) { observer->access(access, address, bytes, m.threads[thread], where); }
}

}  // namespace srl::emulator
