#pragma once
// Order of work on a device: streams and events.
//
// On a GPU, work is enqueued on a stream and runs later, in the stream's order. Events and the host can wait
// for it. On the CPU everything runs at once, so streams and events do nothing there, and the same code
// serves both.
#include <memory>

#include "base/not_copied.hpp"
#include "device/device_id.hpp"

namespace srl::device {

class Event;

/// An ordered queue of work for one device. Work that was enqueued also runs after the Stream is destroyed.
class Stream {
 public:
  /// EnvironmentError if the device cannot be used.
  explicit Stream(const Device& device);
  const Device& device() const { return device_; }
  bool on_gpu() const { return device_.kind == Kind::cuda; }
  void wait() const;  ///< until all its work is done; throws the errors of that work
  bool done() const;  ///< whether all its work is done
  /// Later work of this stream runs after the work that the event marks. Does nothing if the event was never
  /// recorded.
  void wait_for(const Event& event) const;
  bool capturing() const;                         ///< into a graph (graph.hpp)
  void* handle() const { return handle_.get(); }  ///< of the back end; a cudaStream_t with CUDA

 private:
  struct Destroy {
    void operator()(void* handle) const noexcept;
  };
  Device device_;
  std::unique_ptr<void, Destroy> handle_;
};

/// A mark in a stream. Recording it again moves the mark. Waits that were enqueued before keep the old mark.
class Event {
 public:
  enum class Timing { off, on };
  explicit Event(const Device& device, Timing timing = Timing::off);
  void record(const Stream& stream);
  void wait() const;  ///< the host waits until the marked work is done
  bool done() const;
  void* handle() const { return handle_.get(); }

 private:
  struct Destroy {
    void operator()(void* handle) const noexcept;
  };
  std::unique_ptr<void, Destroy> handle_;
};

/// Time between two events with Timing::on that are both done.
double seconds_between(const Event& begin, const Event& end);

/// Exists while the host waits for other processes. Real GPUs continue meanwhile; the emulated GPU must be
/// told to continue.
class HostIsBlocked : NotCopied {
 public:
  HostIsBlocked();
  ~HostIsBlocked();

 private:
  bool told_;
};

}  // namespace srl::device
