// CUDA's memory behind this room's types.
#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/back_end/back_end.hpp"
#include "device/cuda/check.hpp"

namespace srl::device::back_end {
namespace {

cudaStream_t as_stream(void* handle) {
  return static_cast<cudaStream_t>(handle);
}

/// `result` of a call that takes memory; says how much was wanted and what is free.
void check_taken(cudaError_t result, int gpu, std::size_t bytes) {
  if (result == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    throw EnvironmentError(cat("cuda:", gpu, ": no room for ", human_bytes(static_cast<double>(bytes)),
                               "; free are ", human_bytes(static_cast<double>(memory(gpu).free))));
  }
  check(result, "taking memory");
}

}  // namespace

void* allocate(int gpu, std::size_t bytes, std::size_t) {
  make_current(gpu);
  void* data = nullptr;
  check_taken(cudaMalloc(&data, bytes), gpu, bytes);
  return data;
}
void release(int gpu, void* data) noexcept {
  cudaSetDevice(gpu);
  cudaFree(data);
}
void* allocate_in_order(int gpu, void* stream, std::size_t bytes) {
  make_current(gpu);
  void* data = nullptr;
  check_taken(cudaMallocAsync(&data, bytes, as_stream(stream)), gpu, bytes);
  return data;
}
void release_in_order(void* stream, void* data) noexcept {
  cudaFreeAsync(data, as_stream(stream));
}
void* allocate_pinned(int gpu, std::size_t bytes) {
  make_current(gpu);
  void* data = nullptr;
  check(cudaMallocHost(&data, bytes),
        cat("taking ", human_bytes(static_cast<double>(bytes)), " of pinned host memory"));
  return data;
}
void release_pinned(void* data) noexcept {
  cudaFreeHost(data);
}

GpuMemory memory(int gpu) {
  make_current(gpu);
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for the memory");
  cudaMemPool_t pool = nullptr;
  check(cudaDeviceGetDefaultMemPool(&pool, gpu), "asking for the pool");
  std::uint64_t taken = 0, peak = 0;
  check(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &taken), "asking for memory in use");
  check(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemHigh, &peak), "asking for the peak");
  return {total, free, taken, peak};
}

std::size_t gap_behind_piece() {
  return 0;
}
void piece_taken(std::byte*, std::byte*, std::byte*, const std::string&) {}
void pieces_given_back(void*, std::byte*, std::byte*) {}

void copy(void* stream, Copy kind, void* to, const void* from, std::size_t bytes) {
  const cudaMemcpyKind direction = kind == Copy::inside ? cudaMemcpyDeviceToDevice
                                   : kind == Copy::upload || kind == Copy::upload_late
                                       ? cudaMemcpyHostToDevice
                                       : cudaMemcpyDeviceToHost;
  check(cudaMemcpyAsync(to, from, bytes, direction, as_stream(stream)), "copying");
  if (kind == Copy::download) { check(cudaStreamSynchronize(as_stream(stream)), "copying to the host"); }
}
void zero(void* stream, void* to, std::size_t bytes) {
  check(cudaMemsetAsync(to, 0, bytes, as_stream(stream)), "filling with zeros");
}

}  // namespace srl::device::back_end
