#pragma once
// Work that is recorded once and then repeated as a whole, at little cost for the host.
#include <functional>
#include <memory>

#include "device/stream.hpp"

namespace srl::device {

/// Repeats use the arguments of the capture: the same memory and the same numbers.
class Graph {
 public:
  /// Calls `put_in`, which enqueues work on `stream`. The work is recorded and does not run. During a capture
  /// these throw Bug: allocations, waiting for the stream, events, collectives, and copies from and to host
  /// memory that is not pinned.
  static Graph capture(const Stream& stream, const std::function<void()>& put_in);
  void launch(const Stream& stream) const;  ///< enqueues all of it

 private:
  struct Destroy {
    void operator()(void* handle) const noexcept;
  };
  explicit Graph(void* handle) : handle_(handle) {}
  std::unique_ptr<void, Destroy> handle_;
};

}  // namespace srl::device
