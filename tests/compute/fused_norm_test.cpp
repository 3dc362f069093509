// The norm of decoding and the norms of heads on a GPU against the CPU in fp64.
#include "compute/decode_norm.hpp"
#include "compute/norm.hpp"
#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

constexpr float eps = 1e-6F;

template <class T>
std::vector<T> elements_of(std::int64_t count, unsigned seed, float factor = 1) {
  return random_elements<T>(static_cast<std::size_t>(count), seed, factor);
}

template <class T>
class FusedNorm : public OnAGpu {};
using Elements = ::testing::Types<float, Bf16>;
TYPED_TEST_SUITE(FusedNorm, Elements);

template <class T>
struct Decoded {
  std::vector<T> hidden, out;
  bool operator==(const Decoded&) const = default;
};

/// The formula in order: S is the type of the arithmetic, T that of the elements.
template <class T, class S>
Decoded<S> decode_formula(const std::vector<T>& hidden, const std::vector<T>& addend,
                          const std::vector<T>& weight, bool round) {
  Decoded<S> result;
  const std::size_t width = weight.size();
  for (std::size_t begin = 0; begin < hidden.size(); begin += width) {
    S sum = 0;
    for (std::size_t i = begin; i < begin + width; ++i) {
      S value = static_cast<S>(value_of(hidden[i])) + static_cast<S>(value_of(addend[i]));
      if (round) { value = value_of(element<T>(static_cast<float>(value))); }
      result.hidden.push_back(value);
      sum += value * value;
    }
    const S scale = 1 / std::sqrt(sum / static_cast<S>(width) + static_cast<S>(eps));
    for (std::size_t i = begin; i < begin + width; ++i) {
      result.out.push_back(static_cast<S>(value_of(weight[i - begin])) * (result.hidden[i] * scale));
    }
  }
  return result;
}

TYPED_TEST(FusedNorm, DecodingIsCloseToFp64) {
  using T = TypeParam;
#ifdef SRL_FEW_SHAPES
  const std::vector<std::pair<std::int64_t, std::int64_t>> shapes{{1, 1}, {3, 24}, {2, 300}};
#else
  const std::vector<std::pair<std::int64_t, std::int64_t>> shapes{{1, 1},   {3, 24},   {2, 300}, {4, 576},
                                                                  {2, 896}, {1, 3584}, {1, 4096}};
#endif
  for (const auto& [rows, width] : shapes) {
    const std::vector<T> hidden = elements_of<T>(rows * width, 1, 2),
                         addend = elements_of<T>(rows * width, 2);
    const std::vector<T> weight = elements_of<T>(width, 3);
    const auto run = [&, rows = rows, width = width] {
      const Span<T> state = this->on_gpu(hidden), out = this->template for_results<T>(hidden.size());
      add_and_norm(this->stream(), GpuRows<T>(state, rows, width),
                   GpuRows<T>(this->on_gpu(addend), rows, width), this->on_gpu(weight), eps,
                   GpuRows<T>(out, rows, width));
      return Decoded<T>{this->on_host(state), this->on_host(out)};
    };
    const Decoded<T> kernel = run();
    const Decoded<float> plain = decode_formula<T, float>(hidden, addend, weight, true);
    const Decoded<double> reference = decode_formula<T, double>(hidden, addend, weight, true);
    const std::string what = std::to_string(rows) + " x " + std::to_string(width);
    EXPECT_EQ(kernel.hidden, rounded_to<T>(plain.hidden)) << what;
    expect_close(kernel.out, rounded_to<T>(plain.out), reference.out, what);
    expect_equal_bits(schedules_of(width < 400), run);
  }
}

TEST(DecodeNorm, TheCpuIsCloseToFp64) {
  const std::vector<float> addend = elements_of<float>(3 * 37, 2), weight = elements_of<float>(37, 3);
  std::vector<float> hidden = elements_of<float>(3 * 37, 1, 2), out(hidden.size());
  const Decoded<double> reference = decode_formula<float, double>(hidden, addend, weight, false);
  add_and_norm({hidden.data(), 3, 37}, addend.data(), weight.data(), eps, out.data());
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_NEAR(out[i], reference.out[i], 1e-6) << i;
    EXPECT_NEAR(hidden[i], reference.hidden[i], 1e-6) << i;
  }
}

TYPED_TEST(FusedNorm, WithoutAddendTheHiddenStateStays) {
  using T = TypeParam;
  const std::vector<T> hidden = elements_of<T>(48, 1), weight = elements_of<T>(24, 3);
  const Span<T> state = this->on_gpu(hidden), out = this->on_gpu(std::vector<T>(48));
  const GpuRows<T> rows(state, 2, 24);
  add_and_norm(this->stream(), rows, GpuRows<T>(Span<T>(), 0, 24), this->on_gpu(weight), eps,
               GpuRows<T>(out, 2, 24));
  EXPECT_EQ(this->on_host(state), hidden);
  const Span<T> expected = this->on_gpu(std::vector<T>(48));
  rms_norm(this->stream(), rows, this->on_gpu(weight), eps, GpuRows<T>(expected, 2, 24), {});
  EXPECT_EQ(this->on_host(out), this->on_host(expected));
  EXPECT_THROW(add_and_norm(this->stream(), rows, GpuRows<T>(state, 1, 24), this->on_gpu(weight), eps, rows),
               Bug);
}

template <class T, class S>
struct OfHeads {
  std::vector<T> out, before, dx;
  std::vector<S> dweight;
  bool operator==(const OfHeads&) const = default;
};
template <class T>
struct HeadCase {
  std::int64_t rows, heads, head_dim;
  std::vector<T> x = elements_of<T>(rows * heads * head_dim, 4, 2),
                 dx = elements_of<T>(rows * heads * head_dim, 5);
  std::vector<T> weight = elements_of<T>(head_dim, 6);
  std::vector<float> dweight = elements_of<float>(head_dim, 7);
  std::int64_t width() const { return heads * head_dim; }
};

template <class T>
OfHeads<double, double> heads_in_fp64(const HeadCase<T>& of) {
  OfHeads<double, double> result{doubles(of.x), doubles(of.x), doubles(of.dx), doubles(of.dweight)};
  const std::vector<double> weight = doubles(of.weight);
  const HeadNorm<double> norm{weight.data(), of.head_dim, double{eps}};
  const auto rows = [&](std::vector<double>& elements) {
    return Rows<double>(elements.data(), of.rows, of.width());
  };
  head_norm(rows(result.out), norm, rows(result.before));
  head_norm_backward(rows(result.dx), norm, rows(result.before), result.dweight.data());
  return result;
}

template <class T>
OfHeads<T, float> plain_heads(const HeadCase<T>& of) {
  OfHeads<T, float> result{of.x, of.x, of.dx, of.dweight};
  const std::size_t dim = of.weight.size();
  std::vector<float> sums(dim);
  for (std::size_t begin = 0; begin < of.x.size(); begin += dim) {
    float squares = 0, dot = 0;
    for (std::size_t i = 0; i < dim; ++i) {
      const float x = value_of(of.x[begin + i]);
      squares += x * x;
      dot += value_of(of.weight[i]) * value_of(of.dx[begin + i]) * x;
    }
    const auto width = static_cast<float>(dim);
    const float factor = 1 / std::sqrt(squares / width + eps), back = dot / width * factor * factor * factor;
    for (std::size_t i = 0; i < dim; ++i) {
      const float x = value_of(of.x[begin + i]), w = value_of(of.weight[i]), dy = value_of(of.dx[begin + i]);
      result.out[begin + i] = element<T>(w * (x * factor));
      result.dx[begin + i] = element<T>(w * dy * factor - x * back);
      sums[i] += dy * x * factor;
    }
  }
  for (std::size_t i = 0; i < dim; ++i) { result.dweight[i] += sums[i]; }
  return result;
}

TYPED_TEST(FusedNorm, NormsOfHeadsAreCloseToFp64) {
  using T = TypeParam;
#ifdef SRL_FEW_SHAPES
  const std::vector<HeadCase<T>> cases{{1, 1, 1}, {3, 3, 24}, {70, 2, 24}};
#else
  const std::vector<HeadCase<T>> cases{{1, 1, 1},    {5, 3, 24},  {70, 2, 24}, {2, 9, 64},
                                       {9, 16, 128}, {1, 2, 256}, {3, 1, 33}};
#endif
  for (const HeadCase<T>& of : cases) {
    const auto run = [&] {
      const Span<T> x = this->on_gpu(of.x), before = this->template for_results<T>(of.x.size()),
                    dx = this->on_gpu(of.dx), weight = this->on_gpu(of.weight);
      const GpuRows<T> kept(before, of.rows, of.width());
      head_norm(this->stream(), GpuRows<T>(x, of.rows, of.width()), weight, eps, kept);
      const Span<float> dweight = this->on_gpu(of.dweight);
      const Span<float> partial =
          this->template for_results<float>(head_norm_partial(of.rows * of.heads, of.head_dim));
      head_norm_backward(this->stream(), GpuRows<T>(dx, of.rows, of.width()), weight, eps, kept, dweight,
                         partial);
      return OfHeads<T, float>{this->on_host(x), this->on_host(before), this->on_host(dx),
                               this->on_host(dweight)};
    };
    const OfHeads<T, float> kernel = run(), plain = plain_heads(of);
    const OfHeads<double, double> reference = heads_in_fp64(of);
    const std::string what = std::to_string(of.rows) + " rows of " + std::to_string(of.heads) + " heads of " +
                             std::to_string(of.head_dim);
    EXPECT_EQ(kernel.before, of.x) << what;
    expect_close(kernel.out, plain.out, reference.out, what + ", out");
    expect_close(kernel.dx, plain.dx, reference.dx, what + ", dx");
    expect_close(kernel.dweight, plain.dweight, reference.dweight, what + ", dweight");
    expect_equal_bits(schedules_of(of.head_dim < 40), run);
  }
}

TYPED_TEST(FusedNorm, HeadsOfWrongSizesAreRefused) {
  using T = TypeParam;
  const Span<T> memory = this->on_gpu(std::vector<T>(600));
  const Span<float> sums = this->on_gpu(std::vector<float>(600));
  const GpuRows<T> rows(memory, 2, 12), wide(memory, 1, 514);
  EXPECT_THROW(head_norm(this->stream(), rows, memory.first(5), eps, rows), Bug);
  EXPECT_THROW(head_norm(this->stream(), wide, memory.first(257), eps, wide), Bug);
  EXPECT_THROW(head_norm(this->stream(), rows, memory.first(4), eps, GpuRows<T>(memory, 1, 12)), Bug);
  EXPECT_THROW(head_norm_backward(this->stream(), rows, memory.first(4), eps, rows, sums.first(3), sums),
               Bug);
  EXPECT_THROW(head_norm_backward(this->stream(), rows, memory.first(4), eps, rows, sums.first(4), {}), Bug);
}

}  // namespace
}  // namespace srl::compute::testing
