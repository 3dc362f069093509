# Before the language is enabled: that sets the compiler's own default, which is older than bf16 on tensor cores.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES "80-real;90")
endif()
# CMake 3.25 does not know the C++20 flag of nvcc 12 and later.
enable_language(CUDA)
set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
list(APPEND CMAKE_CUDA_COMPILE_FEATURES cuda_std_20)
set(CMAKE_CUDA_STANDARD 20)
find_package(CUDAToolkit REQUIRED)
find_library(SRL_NCCL nccl HINTS ${CUDAToolkit_LIBRARY_DIR} REQUIRED)
find_library(SRL_CUBLASLT cublasLt HINTS ${CUDAToolkit_LIBRARY_DIR} REQUIRED)
