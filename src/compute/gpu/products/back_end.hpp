#pragma once
// A product as the back ends see it. Each back end (none, cuda, emulated) defines make_product_back_end.
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/rows.hpp"
#include "device/device.hpp"
#include "device/dtype.hpp"
#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::compute {

enum class ProductForm { forward, input_gradient, weight_gradient };

/// What an algorithm is chosen for: the weight [n, k], the form and the type of the result.
struct ProductKind {
  ProductForm form = ProductForm::forward;
  std::int64_t n = 0, k = 0;
  device::Dtype result = device::Dtype::bf16;
  auto operator<=>(const ProductKind&) const = default;

  /// Rows of all matrices begin at multiples of so many bytes, at most 16.
  std::int64_t alignment() const {
    std::int64_t elements = 8;
    while (n % elements != 0 || k % elements != 0) { elements /= 2; }
    return elements * std::int64_t{sizeof(device::Bf16)};
  }
};

/// As large as a cublasLtMatmulAlgo_t. Only the back end knows what is in it.
struct ProductAlgorithm {
  std::uint64_t words[8] = {};
};

/// out (+)= a product of `first` and `second`: of forward weight and x, of input_gradient weight and dout, of
/// weight_gradient x and dout.
struct Product {
  ProductKind kind;
  Rows<const device::Bf16> first, second;
  void* out = nullptr;
  std::int64_t out_stride = 0;
  bool add = false;
  std::int64_t rows() const { return second.rows; }
};

class ProductBackEnd {
 public:
  virtual ~ProductBackEnd() = default;
  /// An algorithm for products of this kind with about `rows` rows that also does any other number of rows.
  virtual ProductAlgorithm choose(const ProductKind& kind, std::int64_t rows) = 0;
  virtual void run(const device::Stream& stream, const Product& product,
                   const ProductAlgorithm& algorithm) = 0;
};

std::unique_ptr<ProductBackEnd> make_product_back_end(const device::Device& device,
                                                      device::Span<std::byte> workspace);

}  // namespace srl::compute
