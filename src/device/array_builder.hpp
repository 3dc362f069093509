#pragma once
// Arrays of 32-bit integers one after the other in device memory, for one upload.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "device/memory.hpp"
#include "device/pinned_pair.hpp"

namespace srl::device {

class ArrayBuilder {
 public:
  explicit ArrayBuilder(Span<std::int32_t> memory) : memory_(memory) {}
  /// Where the values will be. Throws Bug if they do not fit.
  template <class I>
  Span<const std::int32_t> add(const std::vector<I>& values) {
    const std::size_t begin = all_.size();
    for (const I value : values) { all_.push_back(static_cast<std::int32_t>(value)); }
    return memory_.part(begin, values.size());
  }
  void upload(const Stream& stream) const {
    device::upload(stream, memory_.first(all_.size()), std::span(all_));
  }
  /// Through pinned memory, so that the host need not wait for the copy. `host` must not change until it has
  /// run, and is at least as large as the arrays.
  void upload(const Stream& stream, PinnedSpan<std::int32_t> host) const {
    std::ranges::copy(all_, host.elements.begin());
    device::upload(stream, memory_.first(all_.size()), host.first(all_.size()));
  }
  /// The same: no wait, unless the copy before the last one has not run.
  void upload(const Stream& stream, PinnedPair& through) const {
    PinnedPiece& piece = through.next();
    upload(stream, piece.first<std::int32_t>(all_.size()));
    piece.sent(stream);
  }

 private:
  Span<std::int32_t> memory_;
  std::vector<std::int32_t> all_;
};

}  // namespace srl::device
