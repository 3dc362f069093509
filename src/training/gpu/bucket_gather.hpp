#pragma once
// Equal parts of buckets → whole buckets on every rank, on the stream of collectives beside the work of the
// compute stream.
#include "comm/communicator.hpp"
#include "device/stream.hpp"

namespace srl::training {

class BucketGather {
 public:
  /// Keeps references to the streams.
  BucketGather(const comm::Communicator& world, const device::Stream& compute,
               const device::Stream& transfers);
  /// Collective. In place, after the work that `compute` has now. Later work of `compute` may run beside it
  /// and must not use `whole` before wait(). T: float, device::Bf16.
  template <class T>
  void start(device::Span<T> whole);
  /// Later work of `compute` runs after all that was started.
  void wait();

 private:
  comm::Communicator world_;
  const device::Stream &compute_, &transfers_;
  device::Event written_, gathered_;
};

}  // namespace srl::training
