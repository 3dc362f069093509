#pragma once
// The only header of this room that a kernel file (.cu) needs. With nvcc its words are CUDA's. With other
// compilers they are those of the emulated GPU (tests/emulator). So any compiler checks every kernel file,
// and a machine without a GPU can run it. Other files must not include it, because it defines threadIdx and
// others as macros.
//
// A kernel file writes plain CUDA, with these exceptions (docs/design.md, "Kernels"):
//   SRL_SHARED(float, parts, 32);           for __shared__ float parts[32];
//   float* tile = dynamic_shared<float>();  for extern __shared__ float tile[];
//   launch<kernel>(stream, {blocks, threads, shared_bytes}, arguments…);  for <<< >>>
//   no inline PTX: tiles.hpp wraps what tensor cores and asynchronous copies need
#include "device/dtype.hpp"
#include "device/launch.hpp"
#include "device/span.hpp"
#include "device/tiles.hpp"

#if defined(__CUDACC__)
#define SRL_SHARED(T, name, count) __shared__ __align__(128) T name[count]

template <class T>
__device__ T* dynamic_shared() {
  extern __shared__ __align__(128) unsigned char srl_dynamic_shared[];
  return reinterpret_cast<T*>(srl_dynamic_shared);
}
#else
#include "emulator/words.hpp"
#endif
