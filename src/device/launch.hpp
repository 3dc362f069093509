#pragma once
// How a kernel file enqueues its kernels on a stream:
//   launch<rms_norm_kernel<float>>(stream, {blocks, threads, shared_bytes}, x, weight, …);
// With nvcc this is <<< >>>. For the emulated GPU the kernel and its arguments are enqueued. In a build
// without GPUs it is never reached, because no stream of a GPU exists. Only kernel files include this
// (kernel.hpp).
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <utility>

#include "device/launch_check.hpp"
#include "device/stream.hpp"

#if defined(__CUDACC__)
#include <cuda_runtime.h>
#else
#include "emulator/launch.hpp"
#endif

namespace srl::device {

/// Number of blocks, threads per block, and dynamic shared memory of a launch.
struct Grid {
  dim3 blocks, threads;
  std::size_t shared_bytes = 0;
  std::source_location where;
  Grid(dim3 grid, dim3 block, std::size_t shared = 0,
       std::source_location place = std::source_location::current())
      : blocks(grid), threads(block), shared_bytes(shared), where(place) {}
};

/// Number of blocks of `threads` threads for `count` elements, one thread per element.
inline unsigned blocks_for(std::size_t count, unsigned threads) {
  return static_cast<unsigned>((count + threads - 1) / threads);
}

#if !defined(__CUDACC__)
void put_in(const Stream& stream, emulator::PreparedLaunch launch);  ///< with the emulated GPU
#endif

template <auto kernel, class... A>
void launch([[maybe_unused]] const Stream& stream, [[maybe_unused]] const Grid& grid, A&&... arguments) {
#if defined(__CUDACC__)
  make_current(stream.device());
  constexpr std::size_t without_request = 48 << 10;  // a kernel must request more
  if (grid.shared_bytes > without_request) {
    allow_shared_memory(reinterpret_cast<const void*>(kernel), grid.shared_bytes, grid.where);
  }
  kernel<<<grid.blocks, grid.threads, grid.shared_bytes, static_cast<cudaStream_t>(stream.handle())>>>(
      std::forward<A>(arguments)...);
  check_launch(grid.where);
#elif defined(SRL_KERNELS_EMULATED)
  put_in(stream, emulator::prepare<kernel>(grid.blocks, grid.threads, grid.shared_bytes, grid.where,
                                           std::forward<A>(arguments)...));
#else
  ((void)arguments, ...);
  refuse_launch();
#endif
}

}  // namespace srl::device
