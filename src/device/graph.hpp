#pragma once
// Work that is put into a stream once, kept, and then repeated as a whole at little cost for the host.
#include <functional>
#include <memory>

#include "device/stream.hpp"

namespace srl::device {

/// Arguments are those of the time of capture: the same memory, the same numbers.
class Graph {
 public:
  /// Runs `put_in`, which puts work into `stream`; it is kept and not done. Meanwhile these are a Bug: to
  /// take memory, to wait for the stream, events, collectives, and copies from and to memory that is not
  /// pinned.
  static Graph capture(const Stream& stream, const std::function<void()>& put_in);
  void launch(const Stream& stream) const;  ///< all of it, in the stream's order

 private:
  struct Destroy {
    void operator()(void* handle) const noexcept;
  };
  explicit Graph(void* handle) : handle_(handle) {}
  std::unique_ptr<void, Destroy> handle_;
};

}  // namespace srl::device
