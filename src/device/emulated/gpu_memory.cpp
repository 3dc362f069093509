#include "device/emulated/gpu_memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "emulator/memory_map.hpp"

namespace srl::device::emulated {
namespace {

constexpr std::size_t page = 4096;

std::size_t rounded(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

}  // namespace

EmulatedMemory::EmulatedMemory(int gpu, std::size_t bytes, bool protect)
    : bytes_(bytes),
      // Addresses cost nothing: gaps, and holes between allocations, must never be the reason for a refusal.
      reserved_(4 * rounded(bytes, page) + (std::size_t{1} << 30)),
      protect_(protect) {
  void* const at = mmap(nullptr, reserved_, protect ? PROT_NONE : PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) { throw EnvironmentError(cat("emulated:", gpu, ": no addresses for its memory")); }
  begin_ = end_ = static_cast<std::byte*>(at);
  emulator::forbid_memory(begin_, reserved_);
}

EmulatedMemory::~EmulatedMemory() {
  munmap(begin_, reserved_);
}

std::byte* EmulatedMemory::take(std::size_t bytes, std::size_t room) {
  if (bytes > bytes_ - in_use_) { return nullptr; }
  room = rounded(room + gap, page);
  auto hole = std::find_if(free_.begin(), free_.end(), [&](const auto& h) { return h.second >= room; });
  std::byte* at = end_;
  if (hole != free_.end()) {
    at = hole->first;
    if (hole->second > room) { free_[at + room] = hole->second - room; }
    free_.erase(hole);
  } else {
    if (static_cast<std::size_t>(begin_ + reserved_ - end_) < room) { return nullptr; }
    end_ += room;
  }
  taken_[at] = {bytes, room};
  in_use_ += bytes;
  peak_ = std::max(peak_, in_use_);
  return at;
}

std::size_t EmulatedMemory::give_back(std::byte* data) {
  const auto found = taken_.find(data);
  if (found == taken_.end()) { throw Bug("memory is given back that was not taken"); }
  in_use_ -= found->second.bytes;
  const std::size_t room = found->second.room;
  auto hole = free_.emplace(data, room).first;
  taken_.erase(found);
  if (const auto next = std::next(hole); next != free_.end() && hole->first + hole->second == next->first) {
    hole->second += next->second;
    free_.erase(next);
  }
  if (hole != free_.begin()) {
    const auto before = std::prev(hole);
    if (before->first + before->second == hole->first) {
      before->second += hole->second;
      free_.erase(hole);
    }
  }
  return room - gap;
}

GpuMemory EmulatedMemory::figures() const {
  return {bytes_, bytes_ - in_use_, in_use_, peak_};
}

void EmulatedMemory::lock() {
  if (protect_) { mprotect(begin_, static_cast<std::size_t>(end_ - begin_), PROT_NONE); }
}

void EmulatedMemory::unlock() {
  if (protect_) { mprotect(begin_, static_cast<std::size_t>(end_ - begin_), PROT_READ | PROT_WRITE); }
}

}  // namespace srl::device::emulated
