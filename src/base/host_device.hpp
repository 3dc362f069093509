#pragma once
// SRL_HOST_DEVICE before a function: nvcc compiles the function for the CPU and the GPU, other compilers for
// the CPU only. Kernels and CPU code can then share one function, which is tested without a GPU.
#ifdef __CUDACC__
#define SRL_HOST_DEVICE __host__ __device__
#else
#define SRL_HOST_DEVICE
#endif
