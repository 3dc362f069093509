#include "compute/products.hpp"

#include <map>
#include <string>

#include "base/error.hpp"
#include "compute/gpu/products/back_end.hpp"

namespace srl::compute {
namespace {

using device::Bf16;
using device::Stream;

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

  template <class In, class Out>
  void run(const Stream& stream, ProductForm form, const Rows<const In>& first, const Rows<const In>& second,
           const Rows<Out>& out, const Rows<const Out>& addend) {
    const bool of_weight = form == ProductForm::weight_gradient;
    const Rows<const In>& other = of_weight ? second : first;  // its first dimension or width is n
    const std::int64_t rows = second.rows, n = of_weight ? other.width : other.rows, k = first.width;
    const ProductKind kind{form, n, k, device::dtype_of<In>(), device::dtype_of<Out>()};
    const std::int64_t alignment = kind.alignment();
    check_shape(first, of_weight ? rows : n, k, alignment);
    check_shape(second, rows, form == ProductForm::forward ? k : n, alignment);
    check_shape(out, kind.result_rows(rows), kind.result_width(), alignment);
    if (addend.rows > 0) { check_shape(addend, out.rows, out.width, alignment); }
    if (n < 1 || k < 1 || (of_weight && rows < 1)) {
      throw Bug("a product of " + std::to_string(rows) + " rows with a weight of " + text_of(n, k));
    }
    if (rows == 0) { return; }
    const auto [place, is_new] = algorithms.try_emplace(kind);
    if (is_new) { place->second = back_end->choose(kind, rows_to_choose_for); }
    const auto matrix_of = [](const auto& view) { return ProductMatrix{view.data, view.stride}; };
    back_end->run(stream,
                  {kind, rows, matrix_of(first), matrix_of(second),
                   addend.rows > 0 ? matrix_of(addend) : ProductMatrix{}, out.data, out.stride},
                  place->second);
  }
};

Products::Products(const device::Device& device, device::Span<std::byte> workspace)
    : impl_(std::make_unique<Impl>(make_product_back_end(device, workspace))) {}
Products::~Products() = default;

template <class In, class Out>
void Products::forward(const Stream& stream, GpuRows<const In> x, GpuRows<const In> weight, GpuRows<Out> out,
                       Addend<Out> addend) {
  impl_->run(stream, ProductForm::forward, weight.view, x.view, out.view, addend.view);
}
template <class In, class Out>
void Products::input_gradient(const Stream& stream, GpuRows<const In> dout, GpuRows<const In> weight,
                              GpuRows<Out> dx, Addend<Out> addend) {
  impl_->run(stream, ProductForm::input_gradient, weight.view, dout.view, dx.view, addend.view);
}
template <class In, class Out>
void Products::weight_gradient(const Stream& stream, GpuRows<const In> dout, GpuRows<const In> x,
                               GpuRows<Out> dweight, Addend<Out> addend) {
  impl_->run(stream, ProductForm::weight_gradient, x.view, dout.view, dweight.view, addend.view);
}

#define SRL_PRODUCT(name, In, Out)                                                                \
  template void Products::name(const Stream&, GpuRows<const In>, GpuRows<const In>, GpuRows<Out>, \
                               Addend<Out>);
#define SRL_PRODUCTS(In, Out)          \
  SRL_PRODUCT(forward, In, Out)        \
  SRL_PRODUCT(input_gradient, In, Out) \
  SRL_PRODUCT(weight_gradient, In, Out)
SRL_PRODUCTS(Bf16, Bf16)
SRL_PRODUCTS(Bf16, float)
SRL_PRODUCTS(float, float)
#undef SRL_PRODUCTS
#undef SRL_PRODUCT

}  // namespace srl::compute
