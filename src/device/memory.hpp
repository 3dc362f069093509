#pragma once
// Memory of a device, and copies between it and the host.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::device {

/// Bytes in the device's memory, allocated and freed in the stream's order. The stream must outlive the
/// buffer. For memory that lives as long as the job, use arena.hpp. EnvironmentError says how much was
/// requested and how much is free.
class Buffer {
 public:
  Buffer(const Stream& stream, std::size_t bytes);
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&&) = delete;
  Span<std::byte> bytes() const { return {data_, size_}; }
  template <class T>
  Span<T> as() const {
    return bytes().as<T>();
  }

 private:
  const Stream* stream_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Elements in pinned host memory.
template <class T>
struct PinnedSpan {
  std::span<T> elements;
  PinnedSpan first(std::size_t size) const { return {elements.first(size)}; }
};

/// Host memory that a GPU reads and writes directly. A copy runs when the stream reaches it. Until then the
/// elements must not change (uploads) or are not valid (downloads). Not initialised.
class PinnedMemory {
 public:
  PinnedMemory(const Device& device, std::size_t bytes);
  template <class T>
  PinnedSpan<T> as() const {
    return {{reinterpret_cast<T*>(data_.get()), bytes_ / sizeof(T)}};
  }

 private:
  struct Release {
    bool of_gpu;
    void operator()(std::byte* data) const noexcept;
  };
  std::unique_ptr<std::byte, Release> data_;
  std::size_t bytes_;
};

// All in the stream's order. Throws Bug if the sizes differ.
namespace bytes {
void copy(const Stream& stream, void* to, const void* from, std::size_t to_bytes, std::size_t from_bytes);
void upload(const Stream& stream, void* to, const void* from, std::size_t to_bytes, std::size_t from_bytes);
void download(const Stream& stream, void* to, const void* from, std::size_t to_bytes, std::size_t from_bytes);
void upload_late(const Stream& stream, void* to, const void* from, std::size_t to_bytes,
                 std::size_t from_bytes);
void download_late(const Stream& stream, void* to, const void* from, std::size_t to_bytes,
                   std::size_t from_bytes);
void zero(const Stream& stream, void* to, std::size_t size);
}  // namespace bytes

template <class T>
void copy(const Stream& stream, Span<T> to, std::type_identity_t<Span<const T>> from) {
  bytes::copy(stream, to.data(), from.data(), to.bytes(), from.bytes());
}
/// The host's elements may change after this returns.
template <class T>
void upload(const Stream& stream, Span<T> to, std::type_identity_t<std::span<const T>> from) {
  bytes::upload(stream, to.data(), from.data(), to.bytes(), from.size_bytes());
}
/// Waits: the elements are valid when this returns.
template <class T>
void download(const Stream& stream, std::span<T> to, std::type_identity_t<Span<const T>> from) {
  bytes::download(stream, to.data(), from.data(), to.size_bytes(), from.bytes());
}
/// The pinned elements must not change until the copy has run; an event tells.
template <class T>
void upload(const Stream& stream, Span<T> to, std::type_identity_t<PinnedSpan<T>> from) {
  bytes::upload_late(stream, to.data(), from.elements.data(), to.bytes(), from.elements.size_bytes());
}
/// The elements are valid when the copy has run; an event tells.
template <class T>
void download(const Stream& stream, PinnedSpan<T> to, std::type_identity_t<Span<const T>> from) {
  bytes::download_late(stream, to.elements.data(), from.data(), to.elements.size_bytes(), from.bytes());
}
template <class T>
void zero(const Stream& stream, Span<T> elements) {
  bytes::zero(stream, elements.data(), elements.bytes());
}

/// Memory of a GPU, in bytes. `taken` and `peak` count what this process has allocated.
struct GpuMemory {
  std::uint64_t total = 0, free = 0, taken = 0, peak = 0;
};
GpuMemory gpu_memory(const Device& device);

/// After this call, allocations on this device throw Bug: buffers, arenas, pinned memory.
void forbid_allocation(const Device& device);

}  // namespace srl::device
