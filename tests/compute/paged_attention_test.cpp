// Attention over pages of keys and values on a GPU against the CPU in fp64.
#include "compute/paged_attention.hpp"

#include "compute/paged_case.hpp"
#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

class PagedAttentionOnAGpu : public OnAGpu {
 protected:
  std::vector<Bf16> attend(const PagedCase& of) {
    const AttentionPlan plan = plan_attention(of.rows(), of.per_kv);
    const GpuAttentionPlan on_device{on_gpu(plan.items), on_gpu(plan.row), on_gpu(plan.part),
                                     on_gpu(plan.pages), on_gpu(plan.first_part)};
    const Span<Bf16> memory = on_gpu(of.memory), out = on_gpu(std::vector<Bf16>(of.queries.size()));
    const GpuPages pages(memory, PagedCase::layers, of.kv_heads, of.head_dim);
    const Span<float> partial = on_gpu(std::vector<float>(attention_partial(plan, of.heads(), of.head_dim)));
    const std::int64_t rows = std::ssize(of.pages);
    paged_attention(stream(), GpuRows<Bf16>(on_gpu(of.queries), rows, of.width()), on_device, pages,
                    PagedCase::layer, GpuRows<Bf16>(out, rows, of.width()), partial);
    return on_host(out);
  }
};

#ifdef SRL_CHECKED
const std::vector<PagedCase> paged_cases{{1, 1, 24, {{0, {1}}}}, {2, 2, 24, {{16, {17, 40}}, {32, {32}}}}};
#else
const std::vector<PagedCase> paged_cases{{1, 1, 24, {{0, {1}}}},
                                         {2, 2, 24, {{16, {17, 40, 16}}, {32, {33}}}},
                                         {1, 3, 64, {{0, {15}}, {64, {65, 97}}}},
                                         {1, 7, 128, {{48, {50, 49, 80, 64, 51, 52, 53, 54, 55, 56, 57}}}},
                                         {1, 8, 64, {{256, {257, 270}}, {0, {31, 32, 33}}}},
                                         {1, 1, 24, {{272, {530, 300}}, {512, {513}}, {0, {511, 512, 513}}}}};
#endif

TEST_F(PagedAttentionOnAGpu, IsCloseToFp64) {
  for (const PagedCase& of : paged_cases) {
    const std::vector<double> reference = attend_on_cpu<double>(of);
    const std::vector<Bf16> plain = rounded_to<Bf16>(paged_formula<float>(of, true));
    expect_close(attend(of), plain, reference, of.text());
  }
}

TEST_F(PagedAttentionOnAGpu, ARowDoesNotDependOnTheOthers) {
  const PagedCase many(1, 2, 24, {{288, {289, 310, 300}}, {16, {20}}});
  const std::vector<Bf16> all = attend(many);
  for (std::size_t r = 0; r < many.pages.size(); ++r) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(r) * many.width();
    EXPECT_EQ(attend(many.only(r)), std::vector<Bf16>(begin, begin + many.width())) << r;
  }
}

TEST_F(PagedAttentionOnAGpu, BitsAreEqualUnderEverySchedule) {
  const PagedCase small(2, 2, 24, {{16, {17, 40}}});
  expect_equal_bits(many_schedules, [&] { return attend(small); });
#ifndef SRL_CHECKED
  const PagedCase of_a_model(1, 7, 128, {{256, {290, 280}}});
  expect_equal_bits(2, [&] { return attend(of_a_model); });
#endif
}

TEST(AttentionPlan, SharedPagesAreReadOnce) {
  const PagedCase of(1, 7, 64, {{272, {300, 280, 600}}, {272, {273}}});
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
  EXPECT_THROW(paged_attention(stream(), rows, plan, pages, 2, rows, some), Bug);
  EXPECT_THROW(paged_attention(stream(), GpuRows<Bf16>(memory, 2, 30), plan, pages, 0,
                               GpuRows<Bf16>(memory, 2, 30), some),
               Bug);
  EXPECT_THROW(paged_attention(stream(), GpuRows<Bf16>(memory, 1, 24), plan, pages, 0, rows, some), Bug);
}

}  // namespace
}  // namespace srl::compute::testing
