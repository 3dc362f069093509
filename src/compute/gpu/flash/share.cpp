#include "compute/gpu/flash/share.hpp"

#include <torch/csrc/cuda/CUDAPluggableAllocator.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::compute::flash {
namespace {

/// LibTorch's own allocator gives pieces that begin at such multiples.
constexpr std::size_t alignment = 512;

/// LibTorch has one allocator per process, so the share of the call in progress is one per thread.
thread_local Share* current = nullptr;

}  // namespace

void* Share::take(std::size_t bytes) {
  if (current == nullptr) {
    throw Bug(cat("LibTorch allocates ", bytes, " bytes on a GPU outside of a planned share"));
  }
  // Also an empty array has an address of its own.
  const std::size_t rounded = (std::max(bytes, std::size_t{1}) + alignment - 1) / alignment * alignment;
  if (rounded > current->memory_.size() - current->used_) {
    throw EnvironmentError(cat("FlashAttention needs ", bytes, " bytes more than its share of the GPU's ",
                               "memory, ", current->memory_.size(), " bytes with ", current->used_,
                               " in use: set compute.attention = own"));
  }
  std::byte* const at = current->memory_.data() + current->used_;
  current->used_ += rounded;
  return at;
}

Share::Share(device::Span<std::byte> memory) : memory_(memory) {
  // Must happen before LibTorch first uses the GPU.
  [[maybe_unused]] static const bool installed = [] {
    namespace pluggable = torch::cuda::CUDAPluggableAllocator;
    pluggable::changeCurrentAllocator(
        pluggable::createCustomAllocator([](std::size_t bytes, int, cudaStream_t) { return take(bytes); },
                                         [](void*, std::size_t, int, cudaStream_t) {}));
    return true;
  }();
  const std::size_t before =
      (alignment - reinterpret_cast<std::uintptr_t>(memory_.data()) % alignment) % alignment;
  used_ = std::min(before, memory_.size());
  current = this;
}

Share::~Share() {
  current = nullptr;
}

}  // namespace srl::compute::flash
