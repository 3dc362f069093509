// Attention in parts on a GPU against the CPU in fp64.
#include "compute/merge_case.hpp"
#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

class MergeAttention : public OnAGpu {
 protected:
  template <class O, class T>
  std::pair<std::vector<O>, std::vector<float>> merge(const MergeCase<T>& of) {
    const std::int64_t rows = of.rows(), all = of.first.back();
    const Span<O> out = for_results<O>(static_cast<std::size_t>(rows * of.width()));
    const Span<float> lse = for_results<float>(static_cast<std::size_t>(rows * of.heads));
    merge_attention<T>(stream(), GpuRows<T>(on_gpu(of.parts), all, of.width()),
                       GpuRows<float>(on_gpu(of.lse), all, of.heads), on_gpu(of.first),
                       GpuRows<O>(out, rows, of.width()), GpuRows<float>(lse, rows, of.heads));
    return {on_host(out), on_host(lse)};
  }
  template <class T, class O>
  void expect_close_merge(const MergeCase<T>& of) {
    const auto [out, lse] = merge<O>(of);
    const Merged<double> reference = merge_on_cpu<double>(of);
    const Merged<float> plain = merge_on_cpu<float>(of);
    expect_close(out, rounded_to<O>(plain.out), reference.out, "out");
    const auto has_none = [](double value) { return value == no_keys; };
    std::vector<float> sums = lse, plain_sums = plain.lse;
    std::vector<double> exact = reference.lse;
    for (std::size_t i = 0; i < exact.size(); ++i) { ASSERT_EQ(has_none(lse[i]), has_none(exact[i])) << i; }
    std::ranges::replace_if(sums, has_none, 0);
    std::ranges::replace_if(plain_sums, has_none, 0);
    std::ranges::replace_if(exact, has_none, 0);
    expect_close(sums, plain_sums, exact, "lse");
  }
};

const std::vector<std::int32_t> ranges{1, 3, 0, 2, 1, 1, 7};  // of each row; row 2 has none

TEST_F(MergeAttention, IsCloseToFp64) {
  for (const auto& [heads, head_dim] :
       {std::pair<std::int64_t, std::int64_t>{1, 1}, {2, 24}, {9, 64}, {7, 128}}) {
    expect_close_merge<float, float>(MergeCase<float>(heads, head_dim, ranges));
    expect_close_merge<float, Bf16>(MergeCase<float>(heads, head_dim, ranges));
    expect_close_merge<Bf16, Bf16>(MergeCase<Bf16>(heads, head_dim, ranges));
  }
}

TEST_F(MergeAttention, WhatIsNotANumberStaysVisible) {
  MergeCase<float> of(1, 8, {2});
  of.lse = {1, std::nanf("")};
  of.parts.assign(16, 1);
  const auto merged = merge<float>(of);
  EXPECT_TRUE(std::isnan(merged.first[0]) && std::isnan(merged.second[0]));
  const Merged<float> on_cpu = merge_on_cpu<float>(of);
  EXPECT_TRUE(std::isnan(on_cpu.out[0]) && std::isnan(on_cpu.lse[0]));
}

TEST_F(MergeAttention, BitsAreEqualUnderEverySchedule) {
  const auto expect_equal = [&](std::uint64_t schedules, const MergeCase<float>& of) {
    expect_equal_bits(schedules, [&] {
      const auto merged = merge<float>(of);
      return std::pair(merged.first, merged.second);
    });
  };
  expect_equal(many_schedules, MergeCase<float>(5, 24, ranges));
  expect_equal(few_schedules, MergeCase<float>(7, 128, ranges));
}

TEST_F(MergeAttention, WrongShapesAreRefused) {
  const Span<float> some = on_gpu(std::vector<float>(48));
  const Span<std::int32_t> first = on_gpu(std::vector<std::int32_t>{0, 1, 2});
  const GpuRows<float> parts(some, 2, 24), lse(some, 2, 2), none({}, 0, 2);
  const auto merge = [&](const GpuRows<float>& of, const GpuRows<float>& with, Span<std::int32_t> at,
                         const GpuRows<float>& out_lse) {
    merge_attention<float>(stream(), of, with, at, parts, out_lse);
  };
  EXPECT_THROW(merge(parts, lse, first.first(2), none), Bug);
  EXPECT_THROW(merge(parts, GpuRows<float>(some, 1, 2), first, none), Bug);
  EXPECT_THROW(merge(parts, GpuRows<float>(some, 2, 5), first, none), Bug);
  EXPECT_THROW(merge(GpuRows<float>(some, 2, 12), lse, first, none), Bug);
  EXPECT_THROW(merge(parts, lse, first, GpuRows<float>(some, 1, 2)), Bug);
  EXPECT_THROW(merge(parts, lse, first, GpuRows<float>(some, 2, 3)), Bug);
}

}  // namespace
}  // namespace srl::compute::testing
