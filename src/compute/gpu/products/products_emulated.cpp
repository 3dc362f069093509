// Products of the emulated GPU, in plain loops. It records which algorithm is asked for.
#include "base/error.hpp"
#include "compute/gpu/products/asked.hpp"
#include "device/emulated.hpp"

namespace srl::compute {
namespace {

using device::Bf16;

std::map<ProductKind, std::set<std::uint64_t>>& asked() {
  static std::map<ProductKind, std::set<std::uint64_t>> all;
  return all;
}

float as_float(float value) {
  return value;
}
float as_float(Bf16 value) {
  return device::to_float(value);
}
void store(float& to, float value) {
  to = value;
}
void store(Bf16& to, float value) {
  to = device::to_bf16(value);
}

/// out [a, b] = sum over c of second(a, c) first(c, b), c ascending, + addend.
template <class In, class Out>
void multiply(const Product& of) {
  const ProductForm form = of.kind.form;
  const bool of_weight = form == ProductForm::weight_gradient, forward = form == ProductForm::forward;
  const std::int64_t rows = of.kind.result_rows(of.rows), width = of.kind.result_width(),
                     inner = of_weight ? of.rows
                             : forward ? of.kind.k
                                       : of.kind.n;
  const auto at = [](const ProductMatrix& matrix, std::int64_t row, std::int64_t column) {
    return as_float(static_cast<const In*>(matrix.data)[row * matrix.stride + column]);
  };
  const auto* const addend = static_cast<const Out*>(of.addend.data);
  for (std::int64_t a = 0; a < rows; ++a) {
    for (std::int64_t b = 0; b < width; ++b) {
      float sum = 0;
      for (std::int64_t c = 0; c < inner; ++c) {
        sum += (of_weight ? at(of.second, c, a) : at(of.second, a, c)) *
               (forward ? at(of.first, b, c) : at(of.first, c, b));
      }
      if (addend != nullptr) { sum = as_float(addend[a * of.addend.stride + b]) + sum; }
      store(static_cast<Out*>(of.out)[a * of.out_stride + b], sum);
    }
  }
}

class EmulatedProducts : public ProductBackEnd {
 public:
  ProductAlgorithm choose(const ProductKind&, std::int64_t) override {
    static std::uint64_t number = 0;
    ProductAlgorithm algorithm;
    algorithm.words[0] = ++number;
    return algorithm;
  }
  void run(const device::Stream& stream, const Product& product, const ProductAlgorithm& algorithm) override {
    if (algorithm.words[0] == 0) { throw Bug("a product without an algorithm"); }
    asked()[product.kind].insert(algorithm.words[0]);
    device::emulated::put_in(stream, [product] {
      if (product.kind.inputs == device::Dtype::fp32) {
        multiply<float, float>(product);
      } else if (product.kind.result == device::Dtype::fp32) {
        multiply<Bf16, float>(product);
      } else {
        multiply<Bf16, Bf16>(product);
      }
    });
  }
};

}  // namespace

namespace emulated {

const std::map<ProductKind, std::set<std::uint64_t>>& algorithms_asked() {
  return asked();
}

}  // namespace emulated

std::unique_ptr<ProductBackEnd> make_product_back_end(const device::Device&, device::Span<std::byte>) {
  return std::make_unique<EmulatedProducts>();
}

}  // namespace srl::compute
