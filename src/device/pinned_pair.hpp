#pragma once
// Two pieces of pinned memory that copies use in turn: the host fills or reads one while a copy uses the
// other, and waits for no other work.
#include <array>
#include <cstddef>

#include "device/memory.hpp"

namespace srl::device {

/// Pinned memory with the event that tells when its copies have run.
class PinnedPiece {
 public:
  PinnedPiece(const Device& device, std::size_t bytes) : memory_(device, bytes), copied_(device) {}
  /// Bug if there are fewer elements.
  template <class T>
  PinnedSpan<T> first(std::size_t count) const {
    const std::span<T> all = memory_.as<T>().elements;
    if (count > all.size()) { throw Bug("a copy is larger than its pinned memory"); }
    return {all.first(count)};
  }
  void sent(const Stream& stream) { copied_.record(stream); }  ///< after the last copy was enqueued
  void wait() const { copied_.wait(); }                        ///< until the copies have run

 private:
  PinnedMemory memory_;
  Event copied_;
};

class PinnedPair {
 public:
  PinnedPair(const Device& device, std::size_t bytes_each)
      : pieces_{PinnedPiece(device, bytes_each), PinnedPiece(device, bytes_each)} {}
  /// The piece that was used longer ago, free for other content. Waits until its copies have run.
  PinnedPiece& next() {
    now_ = 1 - now_;
    pieces_[now_].wait();
    return pieces_[now_];
  }

 private:
  std::array<PinnedPiece, 2> pieces_;
  std::size_t now_ = 0;
};

}  // namespace srl::device
