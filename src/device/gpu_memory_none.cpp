// The build without CUDA: the constructor of Stream throws, so nothing else here can be reached.
#include "base/error.hpp"
#include "device/gpu_memory.hpp"

namespace srl::device {
namespace {

[[noreturn]] void refuse() {
  throw EnvironmentError("GPU memory: this build has no CUDA; build with the preset cuda-release");
}

}  // namespace

Stream::Stream(const Device&) {
  refuse();
}
Stream::~Stream() = default;
Stream::Stream(Stream&& other) noexcept : device_(other.device_), handle_(other.handle_) {}
void Stream::wait() const {
  refuse();
}
Buffer::Buffer(const Stream& stream, std::size_t) : stream_(stream) {
  refuse();
}
Buffer::~Buffer() = default;
Buffer::Buffer(Buffer&& other) noexcept : stream_(other.stream_) {}
void Buffer::copy_from(std::span<const std::byte>) {
  refuse();
}
void Buffer::copy_to(std::span<std::byte>) const {
  refuse();
}
GpuMemory gpu_memory(const Device&) {
  refuse();
}

}  // namespace srl::device
