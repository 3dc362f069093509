#pragma once
// Memory of one emulated GPU: one mapping that the host cannot read outside of operations, from which
// allocations are cut. Fresh and freed bytes are poison: as floats of any size NaN.
#include <cstddef>
#include <map>

#include "base/not_copied.hpp"
#include "device/memory.hpp"

namespace srl::device::emulated {

constexpr int poison_byte = 0xff;
constexpr std::size_t gap = 256;  ///< untouchable, behind every allocation and every piece of an arena

class EmulatedMemory : NotCopied {
 public:
  EmulatedMemory(int gpu, std::size_t bytes, bool protect);
  ~EmulatedMemory();

  /// Null when it does not fit. `room` bytes of addresses, of which `bytes` count.
  std::byte* take(std::size_t bytes, std::size_t room);
  std::size_t give_back(std::byte* data);  ///< its room, without the gap
  GpuMemory figures() const;
  void lock();    ///< against the host
  void unlock();  ///< for operations

 private:
  struct Taken {
    std::size_t bytes, room;
  };
  std::size_t bytes_, reserved_;
  bool protect_;
  std::byte* begin_ = nullptr;
  std::byte* end_ = nullptr;  ///< nothing was ever taken behind
  std::map<std::byte*, Taken> taken_;
  std::map<std::byte*, std::size_t> free_;
  std::size_t in_use_ = 0, peak_ = 0;
};

}  // namespace srl::device::emulated
