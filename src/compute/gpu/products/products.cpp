#include "compute/products.hpp"

#include <map>
#include <string>

#include "base/error.hpp"
#include "compute/gpu/products/back_end.hpp"

namespace srl::compute {
namespace {

using device::Bf16;

/// Algorithms are chosen for this number of rows: more than in most forwards of generation, fewer than in a
/// pack.
constexpr std::int64_t rows_to_choose_for = 1024;

std::string text_of(std::int64_t rows, std::int64_t width) {
  return std::to_string(rows) + " x " + std::to_string(width);
}

template <class T>
void check_shape(const Rows<T>& matrix, std::int64_t rows, std::int64_t width, std::int64_t alignment) {
  if (matrix.rows != rows || matrix.width != width) {
    throw Bug("a product with a matrix of " + text_of(matrix.rows, matrix.width) + ", expected " +
              text_of(rows, width));
  }
  const std::int64_t stride = matrix.stride * std::int64_t{sizeof(T)};
  if (reinterpret_cast<std::uintptr_t>(matrix.data) % static_cast<std::uintptr_t>(alignment) != 0 ||
      (rows > 1 && stride % alignment != 0)) {
    throw Bug("a product with a matrix of " + text_of(rows, width) +
              " whose rows do not begin at multiples of " + std::to_string(alignment) + " bytes");
  }
}

}  // namespace

struct Products::Impl {
  std::unique_ptr<ProductBackEnd> back_end;
  std::map<ProductKind, ProductAlgorithm> algorithms;

  template <class T>
  void run(const device::Stream& stream, ProductForm form, const Rows<const Bf16>& first,
           const Rows<const Bf16>& second, const Rows<T>& out, Result result) {
    const bool of_weight = form == ProductForm::weight_gradient;
    const Rows<const Bf16>& other = of_weight ? second : first;  // its first dimension or width is n
    const std::int64_t rows = second.rows, n = of_weight ? other.width : other.rows, k = first.width;
    const ProductKind kind{form, n, k, device::dtype_of<T>()};
    const std::int64_t alignment = kind.alignment();
    check_shape(first, of_weight ? rows : n, k, alignment);
    check_shape(second, rows, form == ProductForm::forward ? k : n, alignment);
    check_shape(out, of_weight ? n : rows, form == ProductForm::forward ? n : k, alignment);
    if (n < 1 || k < 1 || (of_weight && rows < 1)) {
      throw Bug("a product of " + std::to_string(rows) + " rows with a weight of " + text_of(n, k));
    }
    if (rows == 0) { return; }
    const auto [place, is_new] = algorithms.try_emplace(kind);
    if (is_new) { place->second = back_end->choose(kind, rows_to_choose_for); }
    back_end->run(stream, {kind, first, second, out.data, out.stride, result == Result::added},
                  place->second);
  }
};

Products::Products(const device::Device& device, device::Span<std::byte> workspace)
    : impl_(std::make_unique<Impl>(make_product_back_end(device, workspace))) {}
Products::~Products() = default;

template <class T>
void Products::forward(const device::Stream& stream, GpuRows<const Bf16> x, GpuRows<const Bf16> weight,
                       GpuRows<T> out, Result result) {
  impl_->run(stream, ProductForm::forward, weight.view, x.view, out.view, result);
}
template <class T>
void Products::input_gradient(const device::Stream& stream, GpuRows<const Bf16> dout,
                              GpuRows<const Bf16> weight, GpuRows<T> dx, Result result) {
  impl_->run(stream, ProductForm::input_gradient, weight.view, dout.view, dx.view, result);
}
template <class T>
void Products::weight_gradient(const device::Stream& stream, GpuRows<const Bf16> dout, GpuRows<const Bf16> x,
                               GpuRows<T> dweight, Result result) {
  impl_->run(stream, ProductForm::weight_gradient, x.view, dout.view, dweight.view, result);
}

#define SRL_PRODUCT(name, T)                                                                                \
  template void Products::name(const device::Stream&, GpuRows<const Bf16>, GpuRows<const Bf16>, GpuRows<T>, \
                               Result);
SRL_PRODUCT(forward, float)
SRL_PRODUCT(forward, Bf16)
SRL_PRODUCT(input_gradient, float)
SRL_PRODUCT(input_gradient, Bf16)
SRL_PRODUCT(weight_gradient, float)
SRL_PRODUCT(weight_gradient, Bf16)
#undef SRL_PRODUCT

}  // namespace srl::compute
