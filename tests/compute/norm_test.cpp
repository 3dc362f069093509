// RMSNorm on a GPU against the CPU in fp64.
#include "compute/norm_case.hpp"
#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

struct Shape {
  std::int64_t rows, width;
};
// Heads of the miniature, of 64 and of 128, the widths of SmolLM2, Qwen2.5-0.5B and 7B, Qwen3 and Llama 3,
// and widths and rows that no tile divides.
#ifdef SRL_FEW_SHAPES
const std::vector<Shape> shapes{{1, 1}, {1, 24}, {5, 64}, {131, 33}, {2, 576}};
#else
const std::vector<Shape> shapes{{1, 1},     {3, 2},   {1, 24},    {7, 24},   {64, 64},  {33, 128}, {1, 255},
                                {300, 257}, {4, 576}, {129, 896}, {2, 1024}, {3, 3584}, {2, 4096}};
#endif

template <class T>
void expect_close_norm(const NormCase<T>& of, const NormResult<T, float>& kernel) {
  const NormResult<T, float> plain = plain_norm(of);
  const NormResult<double, double> reference = norm_in_fp64(of);
  const std::string shape = std::to_string(of.rows) + " x " + std::to_string(of.width);
  expect_close(kernel.out, plain.out, reference.out, shape + ", out");
  expect_close(kernel.scale, plain.scale, reference.scale, shape + ", scale");
  expect_close(kernel.dx, plain.dx, reference.dx, shape + ", dx");
  expect_close(kernel.dweight, plain.dweight, reference.dweight, shape + ", dweight");
}

TEST_F(NormOnAGpu, Fp32IsCloseToFp64) {
  for (const Shape& shape : shapes) {
    const NormCase<float> of(shape.rows, shape.width);
    expect_close_norm(of, norm(of));
  }
}

TEST_F(NormOnAGpu, Bf16IsCloseToFp64) {
  for (const Shape& shape : shapes) {
    const NormCase<device::Bf16> of(shape.rows, shape.width);
    expect_close_norm(of, norm(of));
  }
}

TEST_F(NormOnAGpu, ARowDoesNotDependOnTheOthers) {
  const NormCase<float> many(5, 100);
  NormCase<float> one(1, 100);
  const NormResult<float, float> all = norm(many);
  for (std::ptrdiff_t r = 0; r < many.rows; ++r) {
    const auto row = [&](const std::vector<float>& of) {
      return std::vector<float>(of.begin() + r * many.width, of.begin() + (r + 1) * many.width);
    };
    one.x = row(many.x);
    one.dout = row(many.dout);
    one.dx = row(many.dx);
    const NormResult<float, float> alone = norm(one);
    EXPECT_EQ(alone.out, row(all.out)) << r;
    EXPECT_EQ(alone.dx, row(all.dx)) << r;
  }
}

TEST_F(NormOnAGpu, WhatIsBetweenRowsStays) {
  const NormCase<float> of(3, 24);
  const std::int64_t stride = 40;
  std::vector<float> spread(2 * stride + 24, 7);
  for (std::size_t i = 0; i < of.x.size(); ++i) { spread[i / 24 * stride + i % 24] = of.x[i]; }
  const device::Span<float> x = on_gpu(spread);
  const GpuRows<float> rows(x, of.rows, of.width, stride);
  rms_norm(stream(), rows, on_gpu(of.weight), norm_eps, rows, {});  // in place
  const std::vector<float> out = on_host(x), expected = norm(of).out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t column = i % stride;
    EXPECT_EQ(out[i], column < 24 ? expected[i / stride * 24 + column] : 7) << i;
  }
}

TEST_F(NormOnAGpu, NoRowsAndWrongShapes) {
  const std::vector<float> some(12);
  const device::Span<float> memory = on_gpu(some), weight = memory.first(4);
  const GpuRows<float> rows(memory, 3, 4);
  rms_norm(stream(), GpuRows<float>(memory, 0, 4), weight, norm_eps, GpuRows<float>(memory, 0, 4), {});
  EXPECT_EQ(on_host(memory), some);
  EXPECT_THROW(GpuRows<float>(memory, 3, 5), Bug);
  EXPECT_THROW(GpuRows<float>(memory, 2, 4, 9), Bug);
  EXPECT_THROW(rms_norm(stream(), rows, memory.first(3), norm_eps, rows, {}), Bug);
  EXPECT_THROW(rms_norm(stream(), rows, weight, norm_eps, GpuRows<float>(memory, 2, 4), {}), Bug);
  EXPECT_THROW(rms_norm(stream(), rows, weight, norm_eps, rows, memory.first(2)), Bug);
  EXPECT_THROW(
      rms_norm_backward(stream(), rows, rows, weight, memory.first(3), rows, weight, memory.first(3)), Bug);
}

TEST_F(NormOnAGpu, BitsAreEqualUnderEverySchedule) {
  const auto expect_equal = [&](std::uint64_t schedules, const auto& of) {
    expect_equal_bits(schedules, [&] { return norm(of); });
  };
  expect_equal(many_schedules, NormCase<float>(7, 24));
  expect_equal(many_schedules, NormCase<device::Bf16>(130, 33));
#ifndef SRL_FEW_SHAPES
  expect_equal(few_schedules, NormCase<device::Bf16>(3, 896));
#endif
  if (every_shape) {
    for (const Shape& shape : shapes) {
      expect_equal(many_schedules, NormCase<float>(shape.rows, shape.width));
    }
  }
}

}  // namespace
}  // namespace srl::compute::testing
