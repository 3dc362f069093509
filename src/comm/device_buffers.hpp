#pragma once
// What the collectives take where the numbers lie in a GPU's memory: the same names and meanings as for spans
// in host memory.
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

/// A cudaStream_t, as device::Stream::handle gives it; null = CUDA's default stream. Collectives are put into
/// the stream and return: what the stream holds before them is done first, what comes later sees their
/// result.
struct DeviceStream {
  void* handle = nullptr;
};

}  // namespace srl::comm
