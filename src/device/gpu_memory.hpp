#pragma once
// Memory and streams of a GPU. In a build without CUDA the constructors throw EnvironmentError; everything
// else is then unreachable.
#include <cstddef>
#include <cstdint>
#include <span>

#include "device/device.hpp"

namespace srl::device {

/// An ordered queue of work for one GPU.
class Stream {
 public:
  explicit Stream(const Device& device);
  ~Stream();
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&&) = delete;
  void wait() const;  ///< until all its work is done; errors of that work are thrown here
  void* handle() const { return handle_; }  ///< a cudaStream_t
  const Device& device() const { return device_; }

 private:
  Device device_;
  void* handle_ = nullptr;
};

/// Bytes in the GPU's memory, taken and given back in the stream's order from CUDA's pool. The stream must
/// outlive them. EnvironmentError says how much was wanted and how much is free.
class Buffer {
 public:
  Buffer(const Stream& stream, std::size_t bytes);
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&&) = delete;
  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }
  /// In the stream's order; the host's bytes may go when this returns. Bug when the sizes differ.
  void copy_from(std::span<const std::byte> host);
  void copy_to(std::span<std::byte> host) const;  ///< waits for the stream

 private:
  const Stream& stream_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Memory of the GPU, in bytes. `taken` and `peak` count what this process took through Buffer.
struct GpuMemory {
  std::uint64_t total = 0, free = 0, taken = 0, peak = 0;
};
GpuMemory gpu_memory(const Device& device);

}  // namespace srl::device
