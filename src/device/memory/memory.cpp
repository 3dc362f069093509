#include "device/memory.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/back_end/allocation.hpp"
#include "device/back_end/back_end.hpp"

namespace srl::device {
namespace {

constexpr std::size_t cpu_alignment = 256;  // as on a GPU

/// One bit for each GPU of this process.
std::atomic<std::uint64_t> closed_gpus{0};

std::uint64_t bit_of(const Device& device) {
  return std::uint64_t{1} << (device.index % 64);
}

/// Whether there is anything to do.
bool needs_copy(std::size_t to_bytes, std::size_t from_bytes) {
  if (to_bytes != from_bytes) { throw Bug(cat("copy of ", from_bytes, " bytes to a place of ", to_bytes)); }
  return to_bytes > 0;
}

void copy_by(back_end::Copy kind, const Stream& stream, void* to, const void* from, std::size_t to_bytes,
             std::size_t from_bytes) {
  if (!needs_copy(to_bytes, from_bytes)) { return; }
  if (!stream.on_gpu()) {
    std::memmove(to, from, to_bytes);
    return;
  }
  const bool waits = kind == back_end::Copy::upload || kind == back_end::Copy::download;
  if (waits && stream.capturing()) {
    throw Bug("a copy from or to memory that is not pinned while a graph is captured");
  }
  back_end::copy(stream.handle(), kind, to, from, to_bytes);
}

}  // namespace

void check_may_allocate(const Device& device, std::size_t bytes) {
  if (device.kind == Kind::cuda && (closed_gpus & bit_of(device)) != 0) {
    throw Bug(cat(device.name(), ": ", human_bytes(static_cast<double>(bytes)),
                  " are taken after forbid_allocation; everything must come from the arena"));
  }
}

void forbid_allocation(const Device& device) {
  if (device.kind == Kind::cuda) { closed_gpus |= bit_of(device); }
}

std::byte* allocate_on_cpu(std::size_t bytes) {
  const std::size_t rounded = (std::max<std::size_t>(1, bytes) + cpu_alignment - 1) / cpu_alignment;
  void* const data = std::aligned_alloc(cpu_alignment, rounded * cpu_alignment);
  if (data == nullptr) {
    throw EnvironmentError(cat("cpu: no room for ", human_bytes(static_cast<double>(bytes))));
  }
  return static_cast<std::byte*>(data);
}

namespace {

std::byte* pinned_for(const Device& device, std::size_t bytes) {
  check_may_allocate(device, bytes);
  if (device.kind != Kind::cuda) { return allocate_on_cpu(bytes); }
  return static_cast<std::byte*>(back_end::allocate_pinned(device.index, std::max<std::size_t>(1, bytes)));
}

}  // namespace

Buffer::Buffer(const Stream& stream, std::size_t bytes) : stream_(&stream), size_(bytes) {
  if (!stream.on_gpu()) {
    data_ = allocate_on_cpu(bytes);
    return;
  }
  check_may_allocate(stream.device(), bytes);
  if (stream.capturing()) { throw Bug("memory is taken while a graph is captured"); }
  data_ = static_cast<std::byte*>(
      back_end::allocate_in_order(stream.device().index, stream.handle(), std::max<std::size_t>(1, bytes)));
}

Buffer::~Buffer() {
  if (data_ == nullptr) { return; }
  if (stream_->on_gpu()) {
    back_end::release_in_order(stream_->handle(), data_);
  } else {
    std::free(data_);
  }
}

Buffer::Buffer(Buffer&& other) noexcept
    : stream_(other.stream_), data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}

PinnedMemory::PinnedMemory(const Device& device, std::size_t bytes)
    : data_(pinned_for(device, bytes), Release{device.kind == Kind::cuda}), bytes_(bytes) {}

void PinnedMemory::Release::operator()(std::byte* data) const noexcept {
  if (of_gpu) {
    back_end::release_pinned(data);
  } else {
    std::free(data);
  }
}

namespace bytes {

void copy(const Stream& stream, void* to, const void* from, std::size_t to_bytes, std::size_t from_bytes) {
  copy_by(back_end::Copy::inside, stream, to, from, to_bytes, from_bytes);
}
void upload(const Stream& stream, void* to, const void* from, std::size_t to_bytes, std::size_t from_bytes) {
  copy_by(back_end::Copy::upload, stream, to, from, to_bytes, from_bytes);
}
void download(const Stream& stream, void* to, const void* from, std::size_t to_bytes,
              std::size_t from_bytes) {
  copy_by(back_end::Copy::download, stream, to, from, to_bytes, from_bytes);
}
void upload_late(const Stream& stream, void* to, const void* from, std::size_t to_bytes,
                 std::size_t from_bytes) {
  copy_by(back_end::Copy::upload_late, stream, to, from, to_bytes, from_bytes);
}
void download_late(const Stream& stream, void* to, const void* from, std::size_t to_bytes,
                   std::size_t from_bytes) {
  copy_by(back_end::Copy::download_late, stream, to, from, to_bytes, from_bytes);
}
void zero(const Stream& stream, void* to, std::size_t size) {
  if (size == 0) { return; }
  if (stream.on_gpu()) {
    back_end::zero(stream.handle(), to, size);
  } else {
    std::memset(to, 0, size);
  }
}

}  // namespace bytes

GpuMemory gpu_memory(const Device& device) {
  if (device.kind != Kind::cuda) { throw Bug("gpu_memory of the CPU"); }
  return back_end::memory(device.index);
}

}  // namespace srl::device
