// The build without GPUs.
#include "base/error.hpp"
#include "compute/gpu/products/back_end.hpp"

namespace srl::compute {

std::unique_ptr<ProductBackEnd> make_product_back_end(const device::Device&, device::Span<std::byte>) {
  throw EnvironmentError("products on a GPU: this build has no CUDA; build with the preset cuda-release");
}

}  // namespace srl::compute
