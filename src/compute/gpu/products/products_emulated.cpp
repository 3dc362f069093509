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

void store(float& to, float sum, bool add) {
  to = add ? to + sum : sum;
}
void store(Bf16& to, float sum, bool add) {
  to = device::to_bf16(add ? device::to_float(to) + sum : sum);
}

/// out [a, b] (+)= sum over c of second(a, c) first(c, b), c ascending.
template <class T>
void multiply(const Product& of) {
  const ProductForm form = of.kind.form;
  const bool of_weight = form == ProductForm::weight_gradient, forward = form == ProductForm::forward;
  const std::int64_t rows = of_weight ? of.kind.n : of.rows(), width = forward ? of.kind.n : of.kind.k,
                     inner = of_weight ? of.rows()
                             : forward ? of.kind.k
                                       : of.kind.n;
  const Rows<T> out(static_cast<T*>(of.out), rows, width, of.out_stride);
  for (std::int64_t a = 0; a < rows; ++a) {
    for (std::int64_t b = 0; b < width; ++b) {
      float sum = 0;
      for (std::int64_t c = 0; c < inner; ++c) {
        const Bf16 left = of_weight ? of.second.row(c)[a] : of.second.row(a)[c];
        const Bf16 right = forward ? of.first.row(b)[c] : of.first.row(c)[b];
        sum += device::to_float(left) * device::to_float(right);
      }
      store(out.row(a)[b], sum, of.add);
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
      if (product.kind.result == device::Dtype::bf16) {
        multiply<Bf16>(product);
      } else {
        multiply<float>(product);
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
