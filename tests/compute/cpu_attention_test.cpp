// Attention over pages and writes into them on the CPU, against the formulas in plain loops in fp64.
#include "compute/paged_case.hpp"
#include "compute/writing_case.hpp"

namespace srl::compute::testing {
namespace {

const std::vector<PagedCase<Bf16>> paged_cases{
    {1, 1, 24, {{0, {1}}}},
    {2, 2, 24, {{16, {17, 40, 16}}, {32, {33}}}},
    {1, 3, 64, {{0, {15}}, {64, {65, 97}}}},
    {1, 7, 128, {{48, {50, 49, 80, 64, 51, 52, 53, 54, 55, 56, 57}}}},
    {3, 8, 20, {{32, {33, 40, 47, 48, 49}}}},
    {1, 1, 24, {{272, {530, 300}}, {512, {513}}, {0, {511, 512, 513}}}},
    {1, 64, 8, {{16, {30}}}}};

TEST(PagedAttentionOnTheCpu, IsTheFormula) {
  for (const PagedCase<Bf16>& of : paged_cases) {
    const std::vector<double> reference = paged_formula<double>(of, false), cpu = attend_on_cpu<double>(of);
    ASSERT_EQ(cpu.size(), reference.size());
    for (std::size_t i = 0; i < cpu.size(); ++i) { EXPECT_NEAR(cpu[i], reference[i], 1e-13) << of.text(); }
    expect_close(attend_on_cpu<float>(of), paged_formula<float>(of, false), reference, of.text());
  }
}

TEST(PagedAttentionOnTheCpu, ARowDoesNotDependOnTheOthers) {
  for (const PagedCase<Bf16>& of : paged_cases) {
    const std::vector<float> all = attend_on_cpu<float>(of);
    for (std::size_t r = 0; r < of.pages.size(); ++r) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(r) * of.width();
      EXPECT_EQ(attend_on_cpu<float>(of.only(r)), std::vector<float>(begin, begin + of.width()))
          << of.text() << ", row " << r;
    }
  }
}

TEST(PagedAttentionOnTheCpu, RefusesMoreHeadsThanItHasRoomFor) {
  EXPECT_THROW(PagedAttention<float>(65, 1, 8), Bug);
}

TEST(KvWritesOnTheCpu, AreTheFormula) {
  for (const WritingCase<Bf16>& of : {WritingCase<Bf16>{1, 1, 1, 24, false, false},
                                      {3, 4, 2, 20, true, true},
                                      {18, 2, 1, 64, true, false},
                                      {2, 4, 1, 128, false, true}}) {
    const Written<double> reference = write_formula<double>(of), cpu = write_on_cpu<double>(of);
    ASSERT_EQ(cpu.second.size(), reference.second.size());
    EXPECT_LE(error_of(cpu.first, reference.first), 1e-13);
    EXPECT_LE(error_of(cpu.second, reference.second), 1e-13);
    const Written<float> plain = write_formula<float>(of), narrow = write_on_cpu<float>(of);
    expect_close(narrow.first, plain.first, reference.first, "queries");
    expect_close(narrow.second, plain.second, reference.second, "pages");
  }
}

TEST(CpuPages, CopiesWholePagesAcrossSlabs) {
  CpuPages<float> pages(2, 3, 20);  // head_dim 20 is padded to 32 for values
  EXPECT_EQ(pages.page_bytes(), 2 * 3 * (20 + 32) * 16 * 4);
  pages.ensure(5000);
  for (const PageId page : {0, 5000}) {
    for (std::int64_t layer = 0; layer < 2; ++layer) {
      for (std::int64_t head = 0; head < 3; ++head) {
        pages.keys(page, layer, head)[0] = static_cast<float>(page + 10 * layer + head);
        pages.values(page, layer, head)[15 * 32 + 31] = static_cast<float>(page + 100 * layer + head);
      }
    }
  }
  pages.copy(0, 5000);
  EXPECT_EQ(pages.keys(5000, 1, 2)[0], 12.0F);
  EXPECT_EQ(pages.values(5000, 1, 2)[15 * 32 + 31], 102.0F);
}

}  // namespace
}  // namespace srl::compute::testing
