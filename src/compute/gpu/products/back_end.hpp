#pragma once
// A product as the back ends see it. Each back end (none, cuda, emulated) defines make_product_back_end.
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "device/device.hpp"
#include "device/dtype.hpp"
#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::compute {

enum class ProductForm { forward, input_gradient, weight_gradient };

/// What an algorithm is chosen for: the weight [n, k], the form, and the types of the inputs and the result.
struct ProductKind {
  ProductForm form = ProductForm::forward;
  std::int64_t n = 0, k = 0;
  device::Dtype inputs = device::Dtype::bf16, result = device::Dtype::bf16;
  auto operator<=>(const ProductKind&) const = default;

  /// Rows of all matrices begin at multiples of so many bytes, at most 16.
  std::int64_t alignment() const {
    const auto element = static_cast<std::int64_t>(device::bytes_of(inputs));
    std::int64_t bytes = 16;
    while (n * element % bytes != 0 || k * element % bytes != 0) { bytes /= 2; }
    return bytes;
  }
  // The result and each input are [rows, n], [rows, k] or the weight's [n, k].
  std::int64_t result_rows(std::int64_t rows) const {
    return form == ProductForm::weight_gradient ? n : rows;
  }
  std::int64_t result_width() const { return form == ProductForm::forward ? n : k; }
};

/// As large as a cublasLtMatmulAlgo_t. Only the back end knows what is in it.
struct ProductAlgorithm {
  std::uint64_t words[8] = {};
};

/// The first element of a matrix, and the elements from one row to the next.
struct ProductMatrix {
  const void* data = nullptr;
  std::int64_t stride = 0;
};

/// A product of `first` and `second`: of forward weight and x, of input_gradient weight and dout, of
/// weight_gradient x and dout. The addend has the type and shape of the result; its data may be null.
struct Product {
  ProductKind kind;
  std::int64_t rows = 0;
  ProductMatrix first, second, addend;
  void* out = nullptr;
  std::int64_t out_stride = 0;
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
