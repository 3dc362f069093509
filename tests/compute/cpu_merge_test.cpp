// Attention in parts on the CPU: joined, it is attention over all keys.
#include <algorithm>
#include <random>

#include "compute/merge_case.hpp"

namespace srl::compute::testing {
namespace {

/// One head's softmax-weighted mean of values [keys, dim], and its log-sum-exp, over keys [begin, end).
std::vector<double> attend(const std::vector<double>& scores, const std::vector<double>& values,
                           std::size_t begin, std::size_t end, double& lse) {
  const std::size_t dim = values.size() / scores.size();
  double sum = 0;
  std::vector<double> out(dim);
  for (std::size_t t = begin; t < end; ++t) {
    sum += std::exp(scores[t]);
    for (std::size_t i = 0; i < dim; ++i) { out[i] += std::exp(scores[t]) * values[t * dim + i]; }
  }
  for (double& element : out) { element /= sum; }  // NaN without keys
  lse = std::log(sum);
  return out;
}

TEST(MergeAttentionOnTheCpu, IsAttentionOverAllKeys) {
  constexpr std::size_t keys = 23, dim = 5;
  const std::vector<double> scores = doubles(random_elements<float>(keys, 1, 3)),
                            values = doubles(random_elements<float>(keys * dim, 2));
  for (const std::vector<std::size_t>& cuts : {std::vector<std::size_t>{0, keys},
                                               {0, 9, keys},
                                               {0, 0, 9, 9, 10, keys, keys},
                                               {0, 1, 2, 3, 22, keys}}) {
    std::vector<double> parts, lse(cuts.size() - 1), out(dim), out_lse(1);
    for (std::size_t p = 0; p + 1 < cuts.size(); ++p) {
      std::ranges::copy(attend(scores, values, cuts[p], cuts[p + 1], lse[p]), std::back_inserter(parts));
    }
    double expected_lse = 0;
    const std::vector<double> expected = attend(scores, values, 0, keys, expected_lse);
    const std::vector<std::int32_t> first{0, static_cast<std::int32_t>(lse.size())};
    merge_attention<double>({parts.data(), std::ssize(lse), dim}, {lse.data(), std::ssize(lse), 1}, first,
                            {out.data(), 1, dim}, {out_lse.data(), 1, 1});
    EXPECT_NEAR(out_lse[0], expected_lse, 1e-13);
    for (std::size_t i = 0; i < dim; ++i) { EXPECT_NEAR(out[i], expected[i], 1e-13); }
  }
}

TEST(MergeAttentionOnTheCpu, OnePartAndNoKeys) {
  const std::vector<float> parts{1.5F, -2, std::nanf(""), 7}, lse{-300, no_keys};
  std::vector<float> out(6, 9), out_lse(3, 9);
  const std::vector<std::int32_t> first{0, 1, 2, 2};  // one range, one without keys, none
  merge_attention<float>({parts.data(), 2, 2}, {lse.data(), 2, 1}, first, {out.data(), 3, 2},
                         {out_lse.data(), 3, 1});
  EXPECT_EQ(out, (std::vector<float>{1.5F, -2, 0, 0, 0, 0}));
  EXPECT_EQ(out_lse, (std::vector<float>{-300, no_keys, no_keys}));
}

TEST(MergeAttentionOnTheCpu, LargeLogSumExpsDoNotOverflow) {
  const std::vector<float> parts{1, 3}, lse{5000, 5000};
  std::vector<float> out(1), out_lse(1);
  merge_attention<float>({parts.data(), 2, 1}, {lse.data(), 2, 1}, std::vector<std::int32_t>{0, 2},
                         {out.data(), 1, 1}, {out_lse.data(), 1, 1});
  EXPECT_EQ(out[0], 2);
  EXPECT_FLOAT_EQ(out_lse[0], 5000 + std::log(2.0F));
}

}  // namespace
}  // namespace srl::compute::testing
