#include <cuda_runtime_api.h>

#include <filesystem>
#include <source_location>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/gpu_memory.hpp"

namespace srl::device {
namespace {

void check(cudaError_t result, const std::string& what,
           std::source_location where = std::source_location::current()) {
  if (result == cudaSuccess) { return; }
  throw EnvironmentError(cat("CUDA failed in ", what, " (",
                             std::filesystem::path(where.file_name()).filename().string(), ":", where.line(),
                             "): ", cudaGetErrorString(result)));
}

cudaStream_t stream_of(const Stream& stream) {
  return static_cast<cudaStream_t>(stream.handle());
}

}  // namespace

Stream::Stream(const Device& device) : device_(device) {
  if (device.kind != Kind::cuda) { throw Bug("a stream needs a GPU, not the CPU"); }
  check(cudaSetDevice(device.index), "choosing " + device.name());
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
  handle_ = stream;
}

Stream::~Stream() {
  if (handle_ != nullptr) { cudaStreamDestroy(static_cast<cudaStream_t>(handle_)); }
}

Stream::Stream(Stream&& other) noexcept
    : device_(other.device_), handle_(std::exchange(other.handle_, nullptr)) {}

void Stream::wait() const {
  check(cudaStreamSynchronize(stream_of(*this)), "waiting for " + device_.name());
}

Buffer::Buffer(const Stream& stream, std::size_t bytes) : stream_(stream), size_(bytes) {
  check(cudaSetDevice(stream.device().index), "choosing " + stream.device().name());
  void* data = nullptr;
  const cudaError_t result = cudaMallocAsync(&data, bytes, stream_of(stream));
  if (result == cudaErrorMemoryAllocation) {
    throw EnvironmentError(cat(stream.device().name(), ": cannot allocate ", human_bytes(bytes),
                               "; free memory: ", human_bytes(gpu_memory(stream.device()).free)));
  }
  check(result, "allocating memory");
  data_ = static_cast<std::byte*>(data);
}

Buffer::~Buffer() {
  if (data_ != nullptr) { cudaFreeAsync(data_, stream_of(stream_)); }
}

Buffer::Buffer(Buffer&& other) noexcept
    : stream_(other.stream_), data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}

void Buffer::copy_from(std::span<const std::byte> host) {
  if (host.size() != size_) { throw Bug(cat("copy of ", host.size(), " bytes into a buffer of ", size_)); }
  check(cudaMemcpyAsync(data_, host.data(), size_, cudaMemcpyHostToDevice, stream_of(stream_)),
        "copying to the GPU");
  stream_.wait();
}

void Buffer::copy_to(std::span<std::byte> host) const {
  if (host.size() != size_) { throw Bug(cat("copy of ", host.size(), " bytes from a buffer of ", size_)); }
  check(cudaMemcpyAsync(host.data(), data_, size_, cudaMemcpyDeviceToHost, stream_of(stream_)),
        "copying from the GPU");
  stream_.wait();
}

GpuMemory gpu_memory(const Device& device) {
  check(cudaSetDevice(device.index), "choosing " + device.name());
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for the memory");
  cudaMemPool_t pool = nullptr;
  check(cudaDeviceGetDefaultMemPool(&pool, device.index), "asking for the pool");
  std::uint64_t taken = 0, peak = 0;
  check(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &taken), "asking for memory in use");
  check(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemHigh, &peak), "asking for the peak");
  return {total, free, taken, peak};
}

}  // namespace srl::device
