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
  void wait() const;  ///< waits until all its work is done; throws the errors of that work
  void* handle() const { return handle_; }  ///< a cudaStream_t
  const Device& device() const { return device_; }

 private:
  Device device_;
  void* handle_ = nullptr;
};

/// Bytes in GPU memory, allocated and freed in stream order from CUDA's pool. The stream must outlive the
/// buffer. If memory is short, EnvironmentError says how much was requested and how much is free.
class Buffer {
 public:
  Buffer(const Stream& stream, std::size_t bytes);
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&&) = delete;
  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }
  /// Copies in stream order and waits: `host` may be freed afterwards. Throws Bug if the sizes differ.
  void copy_from(std::span<const std::byte> host);
  void copy_to(std::span<std::byte> host) const;  ///< also waits for the stream

 private:
  const Stream& stream_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Memory of the GPU, in bytes. `taken` and `peak` count what this process allocated through Buffer.
struct GpuMemory {
  std::uint64_t total = 0, free = 0, taken = 0, peak = 0;
};
GpuMemory gpu_memory(const Device& device);

}  // namespace srl::device
