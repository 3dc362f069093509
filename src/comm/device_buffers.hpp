#pragma once
// Arguments of the collectives on GPU memory, which have the same names and meanings as those on host memory.
#include <cstddef>
#include <cstdint>

namespace srl::comm {

/// `size` elements at `data`, in the memory of the GPU given to Communicator::use_device.
template <class T>
struct OnDevice {
  T* data = nullptr;
  std::size_t size = 0;
};

/// The bits of a bfloat16.
struct Bf16 {
  std::uint16_t bits = 0;
};

/// A cudaStream_t, as device::Stream::handle returns it. Null = CUDA's default stream. A collective is
/// enqueued on the stream and returns at once. It runs after earlier work in the stream, and later work sees
/// its result.
struct DeviceStream {
  void* handle = nullptr;
};

}  // namespace srl::comm
