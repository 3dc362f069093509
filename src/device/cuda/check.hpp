#pragma once
// CUDA's return codes as exceptions, for this room's CUDA files.
#include <cuda_runtime_api.h>

#include <source_location>
#include <string_view>

namespace srl::device {

/// Throws EnvironmentError with CUDA's message if `result` is not success.
void check(cudaError_t result, std::string_view what,
           std::source_location where = std::source_location::current());

}  // namespace srl::device
