#include "device/cuda/check.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/launch_check.hpp"

namespace srl::device {

void check(cudaError_t result, std::string_view what, std::source_location where) {
  if (result == cudaSuccess) { return; }
  cudaGetLastError();  // told once
  throw EnvironmentError(cat("CUDA failed in ", what, " (",
                             std::filesystem::path(where.file_name()).filename().string(), ":", where.line(),
                             "): ", cudaGetErrorString(result)));
}

void check_launch(const std::source_location& where) {
  check(cudaPeekAtLastError(), "launching a kernel", where);
}

void allow_shared_memory(const void* kernel, std::size_t bytes, const std::source_location& where) {
  check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)),
        cat("asking for ", bytes, " bytes of shared memory"), where);
}

}  // namespace srl::device
