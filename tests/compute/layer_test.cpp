// The small operations of a layer on a GPU against the CPU in fp64: gate, rotation, biases and column sums.
#include "compute/columns.hpp"
#include "compute/gate.hpp"
#include "compute/rotation.hpp"
#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

struct Shape {
  std::int64_t rows, width;
  std::string text() const { return std::to_string(rows) + " x " + std::to_string(width); }
};

template <class T>
std::vector<T> matrix_of(const Shape& shape, unsigned seed, float factor = 1) {
  return random_elements<T>(static_cast<std::size_t>(shape.rows * shape.width), seed, factor);
}
/// The same function of the CPU in float, as the plain formula, and in double, as the reference.
template <class S>
Rows<S> rows_of(std::vector<S>& elements, const Shape& shape) {
  return {elements.data(), shape.rows, shape.width};
}

template <class T>
class Layer : public OnAGpu {};
using Elements = ::testing::Types<float, Bf16>;
TYPED_TEST_SUITE(Layer, Elements);

// Widths of the miniature, SmolLM2, Qwen2.5 0.5B and 7B, and some that no vector divides.
#ifdef SRL_FEW_SHAPES
const std::vector<Shape> gates{{1, 1}, {2, 72}, {3, 33}};
const std::vector<Shape> sums{{1, 1}, {130, 24}, {2, 33}};
#else
const std::vector<Shape> gates{{1, 1}, {5, 72}, {7, 33}, {3, 1536}, {2, 4864}, {1, 18944}, {130, 8}};
const std::vector<Shape> sums{{1, 1},   {300, 24}, {129, 33}, {128, 64},
                              {257, 1}, {3, 960},  {2, 1152}, {1, 4608}};
#endif

template <class T>
struct Gate {
  std::vector<T> out, dgate_up, out_again;
  bool operator==(const Gate&) const = default;
};

template <class S>
Gate<S> gate_on_cpu(std::vector<S> gate_up, std::vector<S> dout, const Shape& shape) {
  Gate<S> result{std::vector<S>(dout.size()), std::vector<S>(gate_up.size()), std::vector<S>(dout.size())};
  const Shape both{shape.rows, 2 * shape.width};
  gated<S>(rows_of(gate_up, both), rows_of(result.out, shape));
  gated_backward<S>(rows_of(gate_up, both), rows_of(dout, shape), rows_of(result.dgate_up, both),
                    rows_of(result.out_again, shape));
  return result;
}

TYPED_TEST(Layer, GateIsCloseToFp64) {
  using T = TypeParam;
  for (const Shape& shape : gates) {
    const Shape both{shape.rows, 2 * shape.width};
    const std::vector<T> gate_up = matrix_of<T>(both, 1, 3), dout = matrix_of<T>(shape, 2);
    const auto run = [&] {
      const GpuRows<T> in(this->on_gpu(gate_up), shape.rows, both.width);
      const GpuRows<T> gradient(this->on_gpu(dout), shape.rows, shape.width);
      const Span<T> out = this->template for_results<T>(dout.size());
      gated(this->stream(), in, GpuRows<T>(out, shape.rows, shape.width));
      Gate<T> result{this->on_host(out), {}, {}};
      gated_backward(this->stream(), in, gradient, in, gradient);  // in place
      result.dgate_up = this->on_host(Span<T>(in.view.data, gate_up.size()));
      result.out_again = this->on_host(Span<T>(gradient.view.data, dout.size()));
      return result;
    };
    const Gate<T> kernel = run();
    const Gate<float> plain = gate_on_cpu(values_as<float>(gate_up), values_as<float>(dout), shape);
    const Gate<double> reference = gate_on_cpu(doubles(gate_up), doubles(dout), shape);
    expect_close(kernel.out, rounded_to<T>(plain.out), reference.out, shape.text() + ", out");
    expect_close(kernel.dgate_up, rounded_to<T>(plain.dgate_up), reference.dgate_up,
                 shape.text() + ", dgate_up");
    expect_close(kernel.out_again, rounded_to<T>(plain.out), reference.out, shape.text() + ", out again");
    expect_equal_bits(schedules_of(shape.width < 100), run);
  }
}

TYPED_TEST(Layer, GateOfExtremes) {
  using T = TypeParam;
  const std::vector<T> gate_up = rounded_to<T>({-1e4F, -100, 100, 1e4F, 1, 2, 3, 4});
  const Span<T> out = this->on_gpu(std::vector<T>(4));
  gated(this->stream(), GpuRows<T>(this->on_gpu(gate_up), 1, 8), GpuRows<T>(out, 1, 4));
  EXPECT_EQ(values_as<float>(this->on_host(out)), values_as<float>(rounded_to<T>({0, 0, 300, 4e4F})));
}

struct Heads {
  std::int64_t rows, heads, head_dim;
};

TYPED_TEST(Layer, RotationIsCloseToFp64AndTurnsBack) {
  using T = TypeParam;
#ifdef SRL_FEW_SHAPES
  const std::vector<Heads> shapes{{1, 1, 2}, {3, 3, 24}, {2, 2, 64}};
#else
  const std::vector<Heads> shapes{{1, 1, 2}, {5, 3, 24}, {3, 2, 6}, {7, 12, 64}, {3, 32, 128}, {129, 1, 24}};
#endif
  for (const Heads& heads : shapes) {
    const Shape shape{heads.rows, heads.heads * heads.head_dim};
    const std::int64_t half = heads.head_dim / 2, positions = heads.rows + 3;
    std::vector<double> angles;
    for (std::int64_t i = 0; i < positions * half; ++i) { angles.push_back(0.37 * static_cast<double>(i)); }
    std::vector<float> cosine, sine;
    for (const double angle : angles) {
      cosine.push_back(static_cast<float>(std::cos(angle)));
      sine.push_back(static_cast<float>(std::sin(angle)));
    }
    std::vector<std::int32_t> position;
    for (std::int64_t r = 0; r < heads.rows; ++r) {
      position.push_back(static_cast<std::int32_t>(r * 7 % positions));
    }
    const std::vector<T> x = matrix_of<T>(shape, 3);
    std::vector<double> reference = doubles(x);
    const std::vector<double> c = doubles(cosine), s = doubles(sine);
    rotate<double>(rows_of(reference, shape), {position.data(), c.data(), s.data(), heads.head_dim}, 1);
    std::vector<float> plain = values_as<float>(x);
    rotate<float>(rows_of(plain, shape), {position.data(), cosine.data(), sine.data(), heads.head_dim}, 1);
    const GpuRotation rotation{this->on_gpu(position), this->on_gpu(cosine), this->on_gpu(sine),
                               heads.head_dim};
    const auto run = [&] {
      const Span<T> memory = this->on_gpu(x);
      rotate(this->stream(), GpuRows<T>(memory, shape.rows, shape.width), rotation, 1);
      return memory;
    };
    const Span<T> turned = run();
    expect_close(this->on_host(turned), rounded_to<T>(plain), reference, shape.text());
    rotate(this->stream(), GpuRows<T>(turned, shape.rows, shape.width), rotation, -1);
    const std::vector<double> start = doubles(x);
    expect_close(this->on_host(turned), x, start, shape.text() + ", turned back");
    expect_equal_bits(schedules_of(shape.rows < 10), [&] { return this->on_host(run()); });
  }
}

TYPED_TEST(Layer, BiasesAndColumnSumsAreCloseToFp64) {
  using T = TypeParam;
  for (const Shape& shape : sums) {
    const std::vector<T> x = matrix_of<T>(shape, 4), bias = matrix_of<T>({1, shape.width}, 5);
    const std::vector<float> start = matrix_of<float>({1, shape.width}, 6);
    std::vector<double> biased = doubles(x), exact = doubles(x), reference = doubles(start);
    std::vector<float> plain = values_as<float>(x), values = values_as<float>(x), plain_sums = start;
    add_bias(rows_of(biased, shape), doubles(bias).data());
    add_bias(rows_of(plain, shape), values_as<float>(bias).data());
    add_column_sums(rows_of(exact, shape), reference.data());
    for (std::size_t i = 0; i < values.size(); ++i) { plain_sums[i % plain_sums.size()] += values[i]; }
    const auto run = [&] {
      const Span<T> memory = this->on_gpu(x);
      const GpuRows<T> rows(memory, shape.rows, shape.width);
      const Span<float> of_columns = this->on_gpu(start);
      const Span<float> partial =
          this->template for_results<float>(column_sums_partial(shape.rows, shape.width));
      add_column_sums<T>(this->stream(), rows, of_columns, partial);
      add_bias(this->stream(), rows, this->on_gpu(bias));
      return std::pair(this->on_host(memory), this->on_host(of_columns));
    };
    const auto [with_bias, of_columns] = run();
    expect_close(with_bias, rounded_to<T>(plain), biased, shape.text() + ", bias");
    expect_close(of_columns, plain_sums, reference, shape.text() + ", column sums");
    expect_equal_bits(schedules_of(shape.width < 65 && shape.rows < 200), run);
  }
}

TYPED_TEST(Layer, NarrowRowsOfWideMemory) {
  using T = TypeParam;
  constexpr std::int64_t stride = 30;  // not a multiple of a vector
  const std::vector<T> wide = matrix_of<T>({3, stride}, 7);
  std::vector<T> packed, bias = matrix_of<T>({1, 24}, 8);
  for (std::size_t r = 0; r < 3; ++r) {
    packed.insert(packed.end(), wide.begin() + static_cast<std::ptrdiff_t>(r) * stride + 3,
                  wide.begin() + static_cast<std::ptrdiff_t>(r) * stride + 27);
  }
  const Span<T> memory = this->on_gpu(wide), alone = this->on_gpu(packed), added = this->on_gpu(bias);
  const Span<T> out = this->on_gpu(std::vector<T>(36)), out_alone = this->on_gpu(std::vector<T>(36));
  const GpuRows<T> inside(memory.part(3, 3 * stride - 3), 3, 24, stride), dense(alone, 3, 24);
  add_bias(this->stream(), inside, added);
  add_bias(this->stream(), dense, added);
  gated(this->stream(), inside, GpuRows<T>(out, 3, 12));
  gated(this->stream(), dense, GpuRows<T>(out_alone, 3, 12));
  EXPECT_EQ(this->on_host(out), this->on_host(out_alone));
  const std::vector<T> after = this->on_host(memory), expected = this->on_host(alone);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const std::size_t row = i / stride, column = i % stride;
    EXPECT_EQ(after[i], column < 3 || column >= 27 ? wide[i] : expected[row * 24 + column - 3]) << i;
  }
}

TYPED_TEST(Layer, WrongShapesAreRefused) {
  using T = TypeParam;
  const Span<T> memory = this->on_gpu(std::vector<T>(24));
  const GpuRows<T> two(memory, 2, 12), half(memory, 2, 6), none(memory, 0, 12);
  gated(this->stream(), none, GpuRows<T>(memory, 0, 6));
  add_bias(this->stream(), none, memory.first(12));
  const Span<float> floats_of = this->on_gpu(std::vector<float>(12));
  add_column_sums<T>(this->stream(), none, floats_of, {});
  EXPECT_EQ(this->on_host(memory), std::vector<T>(24));
  EXPECT_THROW(gated(this->stream(), two, two), Bug);
  EXPECT_THROW(gated(this->stream(), two, GpuRows<T>(memory, 1, 6)), Bug);
  EXPECT_THROW(gated_backward(this->stream(), two, two, two, half), Bug);
  EXPECT_THROW(add_bias(this->stream(), two, memory.first(11)), Bug);
  EXPECT_THROW(add_column_sums<T>(this->stream(), two, floats_of, {}), Bug);
  const Span<const std::int32_t> positions = this->on_gpu(std::vector<std::int32_t>(2));
  EXPECT_THROW(rotate(this->stream(), two, {positions.first(1), floats_of, floats_of, 12}, 1), Bug);
  EXPECT_THROW(rotate(this->stream(), two, {positions, floats_of, floats_of, 8}, 1), Bug);
}

}  // namespace
}  // namespace srl::compute::testing
