#pragma once
// Order of work on a device: streams and events.
//
// On a GPU work is put into a stream and done later, in the stream's order; what waits for it are events, or
// the host. On the CPU everything is done when it is put in, so streams and events have nothing to do there
// and the same code serves both.
#include <memory>

#include "device/device.hpp"

namespace srl::device {

class Event;

/// An ordered queue of work for one device. What was put in is done also after the Stream is gone.
class Stream {
 public:
  /// EnvironmentError where the device cannot be used.
  explicit Stream(const Device& device);
  const Device& device() const { return device_; }
  bool on_gpu() const { return device_.kind == Kind::cuda; }
  void wait() const;  ///< until all its work is done; errors of that work are thrown here
  bool done() const;  ///< whether all its work is done
  /// What comes into this stream from now on is done after what the event marks (nothing, if it was never
  /// recorded).
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

/// A mark in a stream. Recording it again moves the mark; who waits already keeps to the old one.
class Event {
 public:
  enum class Timing { off, on };
  explicit Event(const Device& device, Timing timing = Timing::off);
  void record(const Stream& stream);
  void wait() const;  ///< the host, until what it marks is done
  bool done() const;
  void* handle() const { return handle_.get(); }

 private:
  struct Destroy {
    void operator()(void* handle) const noexcept;
  };
  std::unique_ptr<void, Destroy> handle_;
};

/// Between two events with Timing::on that are both done.
double seconds_between(const Event& begin, const Event& end);

/// While one exists, the host waits for other processes. GPUs work on meanwhile by themselves; the emulated
/// one needs to be told.
class HostIsBlocked {
 public:
  HostIsBlocked();
  ~HostIsBlocked();
  HostIsBlocked(const HostIsBlocked&) = delete;
  HostIsBlocked& operator=(const HostIsBlocked&) = delete;

 private:
  bool told_;
};

}  // namespace srl::device
