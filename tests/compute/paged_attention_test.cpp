// Attention over pages of keys and values on a GPU against the CPU in fp64.
#include "compute/paged_attention.hpp"

#include "compute/paged_case.hpp"
#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

class PagedAttentionOnAGpu : public OnAGpu {
 protected:
  template <class T>
  std::vector<T> attend(const PagedCase<T>& of) {
    const AttentionPlan plan = plan_attention(of.rows(), of.per_kv);
    const GpuAttentionPlan on_device{on_gpu(plan.items), on_gpu(plan.row), on_gpu(plan.part),
                                     on_gpu(plan.pages), on_gpu(plan.first_part)};
    const Span<T> memory = on_gpu(of.memory), out = for_results<T>(of.queries.size());
    const GpuPagesOf<T> pages(memory, of.layers, of.kv_heads, of.head_dim);
    const Span<float> partial = for_results<float>(attention_partial(plan, of.heads(), of.head_dim));
    const std::int64_t rows = std::ssize(of.pages);
    paged_attention<T>(stream(), GpuRows<T>(on_gpu(of.queries), rows, of.width()), on_device, pages, of.layer,
                       GpuRows<T>(out, rows, of.width()), partial);
    return on_host(out);
  }
  template <class T>
  void expect_close_attention(const std::vector<PagedCase<T>>& cases) {
    for (const PagedCase<T>& of : cases) {
      const std::vector<double> reference = attend_on_cpu<double>(of);
      const std::vector<T> plain = rounded_to<T>(paged_formula<float>(of, true));
      expect_close(attend(of), plain, reference, of.text());
    }
  }
};

template <class T>
std::vector<PagedCase<T>> paged_cases() {
#ifdef SRL_FEW_SHAPES
  return {{1, 1, 24, {{0, {1}}}}, {2, 2, 24, {{16, {17, 97}}, {32, {32}}}}};
#else
  return {{1, 1, 24, {{0, {1}}}},
          {2, 2, 24, {{16, {17, 40, 16}}, {32, {33}}}},
          {1, 3, 64, {{0, {15}}, {64, {65, 97}}}},
          {1, 7, 128, {{48, {50, 49, 80, 64, 51, 52, 53, 54, 55, 56, 57}}}},
          {1, 8, 64, {{256, {257, 270}}, {0, {31, 32, 33}}}},
          {1, 1, 24, {{272, {530, 300}}, {512, {513}}, {0, {511, 512, 513}}}}};
#endif
}

TEST_F(PagedAttentionOnAGpu, IsCloseToFp64) {
  expect_close_attention(paged_cases<Bf16>());
  expect_close_attention(paged_cases<float>());
}

TEST_F(PagedAttentionOnAGpu, ARowDoesNotDependOnTheOthers) {
  const auto expect = [&](const auto& many) {
    const auto all = attend(many);
    for (std::size_t r = 0; r < many.pages.size(); ++r) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(r) * many.width();
      EXPECT_EQ(attend(many.only(r)), std::vector(begin, begin + many.width())) << many.text() << ", " << r;
    }
  };
  expect(PagedCase<Bf16>(1, 2, 24, {{288, {289, 310, 300}}, {16, {20}}}));
  expect(PagedCase<float>(1, 2, 24, {{288, {289, 310, 300}}, {16, {20}}}));
}

TEST_F(PagedAttentionOnAGpu, BitsAreEqualUnderEverySchedule) {
  const auto expect = [&](std::uint64_t schedules, const auto& of) {
    expect_equal_bits(schedules, [&] { return attend(of); });
  };
  expect(many_schedules, PagedCase<Bf16>(2, 2, 24, {{16, {17, 40}}}));
  expect(many_schedules, PagedCase<float>(2, 2, 24, {{16, {17, 40}}}));
#ifndef SRL_FEW_SHAPES
  expect(few_schedules, PagedCase<Bf16>(1, 7, 128, {{256, {290, 280}}}));
  expect(few_schedules, PagedCase<float>(1, 7, 128, {{256, {290, 280}}}));
#endif
  if (every_shape) {
    for (const auto& of : paged_cases<Bf16>()) { expect(many_schedules, of); }
    for (const auto& of : paged_cases<float>()) { expect(many_schedules, of); }
  }
}

TEST(AttentionPlan, SharedPagesAreReadOnce) {
  const PagedCase<Bf16> of(1, 7, 64, {{272, {300, 280, 600}}, {272, {273}}});
  const AttentionPlan plan = plan_attention(of.rows(), of.per_kv);
  std::vector<std::int32_t> rows, positions;
  for (const AttentionItem& item : plan.items) {
    rows.push_back(item.rows);
    positions.push_back(item.positions);
  }
  // At 0: two groups; at 256 the ends of their shared pages; at 272 each row alone; the longest row at 512.
  EXPECT_EQ(rows, (std::vector<std::int32_t>{3, 1, 3, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(positions, (std::vector<std::int32_t>{256, 256, 16, 16, 28, 8, 240, 1, 88}));
  EXPECT_EQ(plan.first_part, (std::vector<std::int32_t>{0, 3, 6, 10, 13}));
  const AttentionPlan narrow = plan_attention(of.rows(), 32);  // at most 64 queries per item
  EXPECT_EQ(narrow.items[0].rows, 2);
  EXPECT_EQ(narrow.items[1].rows, 1);
  EXPECT_THROW(plan_attention(of.rows(), 65), Bug);
  EXPECT_THROW(plan_attention(std::vector<PagedRow>{{of.pages[0], 300, 17}}, 1), Bug);
  EXPECT_THROW(plan_attention(std::vector<PagedRow>{{of.pages[0], 320, 16}}, 1), Bug);
  EXPECT_TRUE(plan_attention({}, 1).items.empty());
}

TEST_F(PagedAttentionOnAGpu, WrongShapesAreRefused) {
  const Span<Bf16> memory = on_gpu(std::vector<Bf16>(2 * 2 * 16 * 24));
  const GpuPages pages(memory, 1, 1, 24);
  const Span<float> some = on_gpu(std::vector<float>(24));
  const Span<std::int32_t> ints = on_gpu(std::vector<std::int32_t>(3));
  const GpuRows<Bf16> rows(memory, 2, 72);
  const GpuAttentionPlan plan{{}, {}, {}, {}, ints};
  const auto attend_rows = [&](const GpuRows<Bf16>& queries, std::int64_t layer, const GpuRows<Bf16>& out) {
    paged_attention(stream(), queries, plan, pages, layer, out, some);
  };
  EXPECT_THROW(attend_rows(rows, 2, rows), Bug);
  EXPECT_THROW(attend_rows(GpuRows<Bf16>(memory, 2, 30), 0, GpuRows<Bf16>(memory, 2, 30)), Bug);
  EXPECT_THROW(attend_rows(GpuRows<Bf16>(memory, 1, 24), 0, rows), Bug);
  EXPECT_THROW(attend_rows(GpuRows<Bf16>(memory.part(4, 144), 2, 72), 0, rows), Bug);
}

}  // namespace
}  // namespace srl::compute::testing
