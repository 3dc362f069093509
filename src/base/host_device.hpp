#pragma once
// SRL_HOST_DEVICE before a function: nvcc compiles it for the CPU and the GPU, other compilers for the CPU
// only. So arithmetic that kernels share with the CPU is one function, tested where no GPU is.
#ifdef __CUDACC__
#define SRL_HOST_DEVICE __host__ __device__
#else
#define SRL_HOST_DEVICE
#endif
