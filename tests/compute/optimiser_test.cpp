// AdamW, sums of squares, conversions and checks for finite elements on a GPU against the CPU.
#include <limits>

#include "compute/adamw.hpp"
#include "compute/elements.hpp"
#include "compute/schedules.hpp"
#include "compute/square_sum.hpp"

namespace srl::compute::testing {
namespace {

using Optimiser = OnAGpu;

// One element, numbers that no vector divides, one chunk and its neighbours.
const std::vector<std::size_t> lengths{
    1, 3, 4, 1023, chunk_elements - 1, chunk_elements, 2 * chunk_elements + 5};

template <class T>
struct Weights {
  std::vector<T> weights, gradients, first, second;
  AdamWArrays<T> arrays() { return {weights.data(), gradients.data(), first.data(), second.data()}; }
  bool operator==(const Weights&) const = default;
};

/// Weights in the middle of training: second moments are about the squares of first ones.
Weights<float> random_weights(std::size_t count) {
  Weights<float> of{random_elements<float>(count, 1, 0.02F), random_elements<float>(count, 2, 1e-3F),
                    random_elements<float>(count, 3, 1e-4F), random_elements<float>(count, 4, 1e-4F)};
  for (float& value : of.second) { value *= value; }
  return of;
}

Weights<double> in_fp64(const Weights<float>& of) {
  return {doubles(of.weights), doubles(of.gradients), doubles(of.first), doubles(of.second)};
}

constexpr AdamWSettings settings{.beta1 = 0.9, .beta2 = 0.95, .eps = 1e-8, .weight_decay = 0.1};
constexpr double learning_rate = 1e-3, clip = 0.37;

template <class T>
AdamWStep<T> step_of() {
  return AdamWStep<T>(settings, learning_rate, clip, 7);
}

struct OnGpuResult {
  Weights<float> state;
  std::vector<Bf16> lower;
  bool operator==(const OnGpuResult&) const = default;
};

class AdamWOnAGpu : public OnAGpu {
 protected:
  /// With `skipped` elements before the arrays, so that they are not aligned for vectors.
  OnGpuResult step(const Weights<float>& of, bool decays, std::size_t skipped = 0) {
    const std::size_t count = of.weights.size();
    const auto shifted = [&](const std::vector<float>& elements) {
      std::vector<float> longer(skipped, 7);
      longer.insert(longer.end(), elements.begin(), elements.end());
      return on_gpu(longer).part(skipped, count);
    };
    const Span<Bf16> lower = for_results<Bf16>(count);
    const GpuAdamWArrays arrays{shifted(of.weights), lower, shifted(of.gradients), shifted(of.first),
                                shifted(of.second)};
    adamw(stream(), arrays, step_of<float>(), decays);
    return {{on_host(arrays.master), of.gradients, on_host(arrays.first), on_host(arrays.second)},
            on_host(lower)};
  }
};

TEST_F(AdamWOnAGpu, IsCloseToFp64) {
  for (const std::size_t count : lengths) {
    for (const bool decays : {true, false}) {
      const Weights<float> of = random_weights(count);
      Weights<float> plain = of;
      adamw(plain.arrays(), 0, count, step_of<float>(), decays);
      Weights<double> reference = in_fp64(of);
      adamw(reference.arrays(), 0, count, step_of<double>(), decays);
      const OnGpuResult kernel = step(of, decays);
      const std::string what = std::to_string(count) + " elements, ";
      expect_close(kernel.state.weights, plain.weights, reference.weights, what + "weights");
      expect_close(kernel.state.first, plain.first, reference.first, what + "first moments");
      expect_close(kernel.state.second, plain.second, reference.second, what + "second moments");
      std::vector<Bf16> rounded(count);
      convert(kernel.state.weights, rounded);
      EXPECT_EQ(kernel.lower, rounded) << what;
    }
  }
}

TEST_F(AdamWOnAGpu, AlignmentDoesNotMatter) {
  const Weights<float> of = random_weights(1030);
  EXPECT_EQ(step(of, true), step(of, true, 1));
}

TEST_F(AdamWOnAGpu, BitsAreEqualUnderEverySchedule) {
  const Weights<float> of = random_weights(1030);
  expect_equal_bits(many_schedules, [&] { return step(of, true); });
}

TEST_F(AdamWOnAGpu, Bf16WeightsMayBeAbsentAndLengthsMustFit) {
  const Span<float> four = on_gpu(std::vector<float>(4, 1)), gradients = on_gpu(std::vector<float>(4, 1)),
                    first = on_gpu(std::vector<float>(4)), second = on_gpu(std::vector<float>(4));
  adamw(stream(), {four, {}, gradients, first, second}, step_of<float>(), true);
  EXPECT_LT(on_host(four)[3], 1);
  adamw(stream(), {}, step_of<float>(), true);
  EXPECT_THROW(adamw(stream(), {four, {}, gradients.first(3), first, second}, step_of<float>(), true), Bug);
  EXPECT_THROW(adamw(stream(), {four, {}, gradients, first, second.first(3)}, step_of<float>(), true), Bug);
  const Span<Bf16> lower = on_gpu(std::vector<Bf16>(3));
  EXPECT_THROW(adamw(stream(), {four, lower, gradients, first, second}, step_of<float>(), true), Bug);
}

TEST_F(Optimiser, SquareSumsAreThoseOfTheCpu) {
  for (const std::size_t count : lengths) {
    const std::vector<float> x = random_elements<float>(count + 1, 5, 3);
    for (const std::size_t skipped : {std::size_t{0}, std::size_t{1}}) {
      std::vector<double> reference(chunks_of(count));
      square_sums(std::span<const float>(x).subspan(skipped, count), std::span(reference));
      const Span<double> sums = for_results<double>(reference.size());
      const Span<const float> memory = on_gpu(x).part(skipped, count);
      expect_equal_bits(count < 5000 ? many_schedules : few_schedules, [&] {
        square_sums(stream(), memory, sums);
        return on_host(sums);
      });
      const std::vector<double> kernel = on_host(sums);
      for (std::size_t c = 0; c < kernel.size(); ++c) {
        EXPECT_NEAR(kernel[c], reference[c], 1e-13 * reference[c]) << count << " elements, chunk " << c;
      }
    }
  }
  EXPECT_THROW(square_sums(stream(), on_gpu(std::vector<float>(5000)), on_gpu(std::vector<double>(1))), Bug);
}

TEST_F(Optimiser, ChunkSumsDoNotDependOnThePartition) {
  const std::vector<float> x = random_elements<float>(3 * chunk_elements + 9, 6);
  const Span<float> memory = on_gpu(x);
  const auto sums_of = [&](Span<float> part) {
    const Span<double> sums = for_results<double>(chunks_of(part.size()));
    square_sums(stream(), part, sums);
    return on_host(sums);
  };
  const std::vector<double> whole = sums_of(memory),
                            last = sums_of(memory.part(2 * chunk_elements, chunk_elements + 9));
  EXPECT_EQ(last, std::vector<double>(whole.begin() + 2, whole.end()));
}

TEST_F(Optimiser, ConversionsRoundAsTheCpuDoes) {
  std::vector<float> x = random_elements<float>(1027, 7, 1e3F);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const float special : {0.0F, -0.0F, infinity, -infinity, 1e-40F, 3.4e38F, 1.00390625F, 1.01171875F}) {
    x.push_back(special);
  }
  std::vector<Bf16> expected(x.size());
  convert(x, expected);
  std::vector<float> back(x.size());
  convert(expected, back);
  EXPECT_EQ(expected[expected.size() - 2].bits, 0x3f80);  // a tie: to even
  EXPECT_EQ(expected.back().bits, 0x3f82);
  for (const std::size_t skipped : {std::size_t{0}, std::size_t{2}}) {
    const std::size_t count = x.size() - skipped;
    const Span<float> from = on_gpu(x).part(skipped, count), again = on_gpu(back).part(skipped, count);
    const Span<Bf16> to = for_results<Bf16>(count);
    convert(stream(), from, to);
    EXPECT_EQ(on_host(to),
              std::vector<Bf16>(expected.end() - static_cast<std::ptrdiff_t>(count), expected.end()));
    device::zero(stream(), again);
    convert(stream(), to, again);
    EXPECT_EQ(on_host(again),
              std::vector<float>(back.end() - static_cast<std::ptrdiff_t>(count), back.end()));
  }
  EXPECT_THROW(convert(stream(), on_gpu(x), on_gpu(std::vector<Bf16>(3))), Bug);
  EXPECT_THROW(convert(std::span(x), std::span(expected).first(3)), Bug);
}

TEST_F(Optimiser, SumsAreRoundedOnceAndStayInTheirColumns) {
  constexpr std::int64_t rows = 3, width = 33, stride = 40;
  const auto expect = [&]<class T>(T) {
    const std::vector<T> x = random_elements<T>(rows * stride, 9),
                         start = random_elements<T>(rows * stride, 10);
    std::vector<T> expected = start;
    for (std::size_t i = 0; i < start.size(); ++i) {
      if (i % stride < width) { expected[i] = element<T>(value_of(start[i]) + value_of(x[i])); }
    }
    const Span<T> to = on_gpu(start);
    const GpuRows<T> sums(to, rows, width, stride);
    add<T>(stream(), GpuRows<T>(on_gpu(x), rows, width, stride), sums);
    EXPECT_EQ(on_host(to), expected);
    EXPECT_THROW(add<T>(stream(), GpuRows<T>(to, rows, width - 1), sums), Bug);
    add<T>(stream(), GpuRows<T>(to, 0, width), GpuRows<T>(to, 0, width));
    EXPECT_EQ(on_host(to), expected);
  };
  expect(float{});
  expect(Bf16{});
}

TEST_F(Optimiser, RowsThatAreNotFiniteAreFound) {
  constexpr std::int64_t rows = 5, width = 700;
  std::vector<float> x = random_elements<float>(rows * width, 8, 1e30F);
  x[0] = std::numeric_limits<float>::infinity();
  x[2 * width - 1] = -std::numeric_limits<float>::infinity();
  x[3 * width + 300] = std::numeric_limits<float>::quiet_NaN();
  const Span<std::uint32_t> finite = for_results<std::uint32_t>(rows);
  const std::vector<std::uint32_t> expected{0, 0, 1, 0, 1};
  finite_rows<float>(stream(), GpuRows<float>(on_gpu(x), rows, width), finite);
  EXPECT_EQ(on_host(finite), expected);
  std::vector<Bf16> lower(x.size());
  convert(x, lower);
  finite_rows<Bf16>(stream(), GpuRows<Bf16>(on_gpu(lower), rows, width), finite);
  EXPECT_EQ(on_host(finite), expected);
  for (std::size_t r = 0; r < rows; ++r) {
    EXPECT_EQ(all_finite(std::span(x).subspan(r * width, width)), expected[r] == 1) << r;
  }
}

}  // namespace
}  // namespace srl::compute::testing
