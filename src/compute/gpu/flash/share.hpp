#pragma once
// Memory for what LibTorch allocates on a GPU.
#include <cstddef>

#include "base/not_copied.hpp"
#include "device/span.hpp"

namespace srl::compute::flash {

/// While it exists, all that LibTorch allocates on the GPU in this thread is taken from `memory`, one piece
/// after the other; at its end all of it is free. Work in one stream may use the same memory again. Without a
/// share LibTorch cannot allocate: Bug. If the memory is too small: EnvironmentError.
class Share : NotCopied {
 public:
  explicit Share(device::Span<std::byte> memory);
  ~Share();

 private:
  static void* take(std::size_t bytes);

  device::Span<std::byte> memory_;
  std::size_t used_ = 0;
};

}  // namespace srl::compute::flash
