// Keys and values in pages, and attention over them, on a GPU against the formulas in fp64.
#include "compute/gpu/paged_attention.hpp"

#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

/// Rows of groups: the rows of a group have `shared` positions in common, and end where they like.
struct AttentionCase {
  struct Group {
    std::int64_t shared;
    std::vector<std::int64_t> lengths;
  };
  std::int64_t kv_heads, per_kv, head_dim;
  std::vector<Group> groups;
  static constexpr std::int64_t layers = 2, layer = 1;

  std::vector<std::vector<std::int32_t>> pages;  ///< [rows]
  std::vector<std::int64_t> shared, lengths;     ///< [rows]
  std::vector<Bf16> memory, queries;

  AttentionCase(std::int64_t key_heads, std::int64_t queries_per_key, std::int64_t dim, std::vector<Group> of)
      : kv_heads(key_heads), per_kv(queries_per_key), head_dim(dim), groups(std::move(of)) {
    std::int32_t next = 0;
    for (const Group& group : groups) {
      std::vector<std::int32_t> common;
      for (std::int64_t p = 0; p < group.shared / page_tokens; ++p) { common.push_back(next++); }
      for (const std::int64_t length : group.lengths) {
        pages.push_back(common);
        while (std::ssize(pages.back()) * page_tokens < length) { pages.back().push_back(next++); }
        shared.push_back(group.shared);
        lengths.push_back(length);
      }
    }
    for (auto& list : pages) {  // not in the order of the memory
      for (std::int32_t& page : list) { page = next - 1 - page; }
    }
    memory = random_elements<Bf16>(at(next * layers * kv_heads * 2 * page_tokens * head_dim), 1);
    queries = random_elements<Bf16>(at(std::ssize(pages) * width()), 2, 2);
  }
  std::vector<PagedRow> rows() const {
    std::vector<PagedRow> result;
    for (std::size_t r = 0; r < pages.size(); ++r) { result.push_back({pages[r], lengths[r], shared[r]}); }
    return result;
  }
  std::int64_t heads() const { return kv_heads * per_kv; }
  std::int64_t width() const { return heads() * head_dim; }
  /// Element i of the key (0) or value (1) at a position.
  double element(std::size_t row, std::int64_t position, std::int64_t kv_head, int which,
                 std::int64_t i) const {
    const std::int64_t page = pages[row][at(position / page_tokens)];
    const std::int64_t block = ((page * layers + layer) * kv_heads + kv_head) * 2 + which;
    return value_of(memory[at((block * page_tokens + position % page_tokens) * head_dim + i)]);
  }
  std::string text() const {
    return std::to_string(heads()) + " heads of " + std::to_string(head_dim) + ", " +
           std::to_string(kv_heads) + " of keys";
  }
};

/// The formula in order, in S. `rounded`: weights are bf16 where they multiply values.
template <class S>
std::vector<S> attention_formula(const AttentionCase& of, bool rounded) {
  std::vector<S> result;
  for (std::size_t r = 0; r < of.pages.size(); ++r) {
    for (std::int64_t head = 0; head < of.heads(); ++head) {
      std::vector<S> weights;
      const std::size_t query = r * at(of.width()) + at(head * of.head_dim);
      for (std::int64_t t = 0; t < of.lengths[r]; ++t) {
        S score = 0;
        for (std::int64_t i = 0; i < of.head_dim; ++i) {
          score += static_cast<S>(value_of(of.queries[query + at(i)])) *
                   static_cast<S>(of.element(r, t, head / of.per_kv, 0, i));
        }
        weights.push_back(score / std::sqrt(static_cast<S>(of.head_dim)));
      }
      const S most = *std::max_element(weights.begin(), weights.end());
      S total = 0;
      for (S& weight : weights) {
        weight = std::exp(weight - most);
        total += weight;
        if (rounded) { weight = value_of(device::to_bf16(static_cast<float>(weight))); }
      }
      for (std::int64_t i = 0; i < of.head_dim; ++i) {
        S sum = 0;
        for (std::int64_t t = 0; t < of.lengths[r]; ++t) {
          sum += weights[at(t)] * static_cast<S>(of.element(r, t, head / of.per_kv, 1, i));
        }
        result.push_back(sum / total);
      }
    }
  }
  return result;
}

class PagedAttention : public OnAGpu {
 protected:
  std::vector<Bf16> attend(const AttentionCase& of) {
    const AttentionPlan plan = plan_attention(of.rows(), of.per_kv);
    const GpuAttentionPlan on_device{on_gpu(plan.items), on_gpu(plan.row), on_gpu(plan.part),
                                     on_gpu(plan.pages), on_gpu(plan.first_part)};
    const Span<Bf16> memory = on_gpu(of.memory), out = on_gpu(std::vector<Bf16>(of.queries.size()));
    const GpuPages pages(memory, AttentionCase::layers, of.kv_heads, of.head_dim);
    const Span<float> partial = on_gpu(std::vector<float>(attention_partial(plan, of.heads(), of.head_dim)));
    const std::int64_t rows = std::ssize(of.pages);
    paged_attention(stream(), GpuRows<Bf16>(on_gpu(of.queries), rows, of.width()), on_device, pages,
                    AttentionCase::layer, GpuRows<Bf16>(out, rows, of.width()), partial);
    return on_host(out);
  }
};

#ifdef SRL_CHECKED
const std::vector<AttentionCase> attention_cases{{1, 1, 24, {{0, {1}}}},
                                                 {2, 2, 24, {{16, {17, 40}}, {32, {32}}}}};
#else
const std::vector<AttentionCase> attention_cases{
    {1, 1, 24, {{0, {1}}}},
    {2, 2, 24, {{16, {17, 40, 16}}, {32, {33}}}},
    {1, 3, 64, {{0, {15}}, {64, {65, 97}}}},
    {1, 7, 128, {{48, {50, 49, 80, 64, 51, 52, 53, 54, 55, 56, 57}}}},
    {1, 8, 64, {{256, {257, 270}}, {0, {31, 32, 33}}}},
    {1, 1, 24, {{272, {530, 300}}, {512, {513}}, {0, {511, 512, 513}}}}};
#endif

TEST_F(PagedAttention, IsCloseToFp64) {
  for (const AttentionCase& of : attention_cases) {
    const std::vector<double> reference = attention_formula<double>(of, false);
    std::vector<Bf16> plain;
    for (const float value : attention_formula<float>(of, true)) { plain.push_back(device::to_bf16(value)); }
    expect_close(attend(of), plain, reference, of.text());
  }
}

TEST_F(PagedAttention, ARowDoesNotDependOnTheOthers) {
  const AttentionCase many(1, 2, 24, {{288, {289, 310, 300}}, {16, {20}}});
  const std::vector<Bf16> all = attend(many);
  for (std::size_t r = 0; r < many.pages.size(); ++r) {
    AttentionCase one = many;
    one.pages = {many.pages[r]};
    one.lengths = {many.lengths[r]};
    one.shared = {many.shared[r]};
    const auto begin = static_cast<std::ptrdiff_t>(r) * many.width(), end = begin + many.width();
    one.queries.assign(many.queries.begin() + begin, many.queries.begin() + end);
    EXPECT_EQ(attend(one), std::vector<Bf16>(all.begin() + begin, all.begin() + end)) << r;
  }
}

TEST_F(PagedAttention, BitsAreEqualUnderEverySchedule) {
  const AttentionCase small(2, 2, 24, {{16, {17, 40}}});
  expect_equal_bits(many_schedules, [&] { return attend(small); });
#ifndef SRL_CHECKED
  const AttentionCase of_a_model(1, 7, 128, {{256, {290, 280}}});
  expect_equal_bits(2, [&] { return attend(of_a_model); });
#endif
}

TEST(AttentionPlan, SharedPagesAreReadOnce) {
  const AttentionCase of(1, 7, 64, {{272, {300, 280, 600}}, {272, {273}}});
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

struct Writing {
  std::int64_t rows, heads, kv_heads, head_dim;
  bool bias, norm;
};

/// qkv and pages after the write, in S; each element rounded once by the caller.
template <class S>
std::pair<std::vector<S>, std::vector<S>> write_formula(const Writing& of, const std::vector<Bf16>& qkv,
                                                        const std::vector<Bf16>& bias,
                                                        const std::vector<Bf16>& norm,
                                                        const std::vector<float>& cosine,
                                                        const std::vector<float>& sine,
                                                        std::vector<S> memory) {
  const std::int64_t dim = of.head_dim, half = dim / 2, all = of.heads + 2 * of.kv_heads;
  std::vector<S> result;
  for (const Bf16 e : qkv) { result.push_back(value_of(e)); }
  for (std::int64_t r = 0; r < of.rows; ++r) {
    for (std::int64_t head = 0; head < all; ++head) {
      S* const x = result.data() + (r * all + head) * dim;
      std::vector<S> y(x, x + dim);
      for (std::int64_t i = 0; of.bias && i < dim; ++i) { y[at(i)] += value_of(bias[at(head * dim + i)]); }
      const bool is_query = head < of.heads, is_value = head >= of.heads + of.kv_heads;
      if (of.norm && !is_value) {
        S sum = 0;
        for (const S value : y) { sum += value * value; }
        const S scale = 1 / std::sqrt(sum / static_cast<S>(dim) + static_cast<S>(1e-6F));
        for (std::int64_t i = 0; i < dim; ++i) {
          y[at(i)] = static_cast<S>(value_of(norm[at(i)])) * (y[at(i)] * scale);
        }
      }
      for (std::int64_t i = 0; !is_value && i < half; ++i) {
        const S a = y[at(i)], b = y[at(half + i)], c = cosine[at(r * half + i)], s = sine[at(r * half + i)];
        y[at(i)] = a * c - b * s;
        y[at(half + i)] = b * c + a * s;
      }
      if (is_query) {
        std::copy(y.begin(), y.end(), x);
      } else {  // row r is in page r, at position r, in the second layer
        const std::int64_t kv = is_value ? head - of.heads - of.kv_heads : head - of.heads;
        const std::int64_t block = ((r * 2 + 1) * of.kv_heads + kv) * 2 + (is_value ? 1 : 0);
        std::copy(y.begin(), y.end(), memory.begin() + (block * page_tokens + r % page_tokens) * dim);
      }
    }
  }
  return {result, memory};
}

TEST_F(PagedAttention, WritesAreCloseToFp64) {
  for (const Writing& of : {Writing{1, 1, 1, 24, false, false}, Writing{3, 4, 2, 24, true, true},
                            Writing{18, 2, 1, 64, true, false}, Writing{2, 4, 1, 128, false, true}}) {
    const std::int64_t width = (of.heads + 2 * of.kv_heads) * of.head_dim, half = of.head_dim / 2;
    const std::vector<Bf16> qkv = random_elements<Bf16>(at(of.rows * width), 1),
                            bias = random_elements<Bf16>(at(width), 2),
                            norm = random_elements<Bf16>(at(of.head_dim), 3);
    const std::vector<Bf16> memory =
        random_elements<Bf16>(at(of.rows * 2 * of.kv_heads * 2 * page_tokens * of.head_dim), 4);
    std::vector<float> cosine, sine;
    for (std::int64_t i = 0; i < of.rows * half; ++i) {
      cosine.push_back(std::cos(0.3F * static_cast<float>(i)));
      sine.push_back(std::sin(0.3F * static_cast<float>(i)));
    }
    std::vector<std::int32_t> position;
    for (std::int64_t r = 0; r < of.rows; ++r) { position.push_back(static_cast<std::int32_t>(r)); }
    const auto run = [&] {
      const Span<Bf16> rows = on_gpu(qkv), kept = on_gpu(memory);
      const GpuPages pages(kept, 2, of.kv_heads, of.head_dim);
      const Span<std::int32_t> at_positions = on_gpu(position);
      GpuQkvWeights weights;
      weights.eps = 1e-6F;
      if (of.bias) { weights.bias = on_gpu(bias); }
      if (of.norm) { weights.norm_q = weights.norm_k = on_gpu(norm); }
      write_keys_and_values(stream(), GpuRows<Bf16>(rows, of.rows, width), weights,
                            {at_positions, on_gpu(cosine), on_gpu(sine), of.head_dim}, at_positions, pages,
                            1);
      return std::pair(on_host(rows), on_host(kept));
    };
    const auto kernel = run();
    std::vector<float> narrow;
    for (const Bf16 e : memory) { narrow.push_back(value_of(e)); }
    const auto plain = write_formula<float>(of, qkv, bias, norm, cosine, sine, narrow);
    const auto reference = write_formula<double>(of, qkv, bias, norm, cosine, sine, doubles(memory));
    const auto lower = [](const std::vector<float>& values) {
      std::vector<Bf16> result;
      for (const float value : values) { result.push_back(device::to_bf16(value)); }
      return result;
    };
    expect_close(kernel.first, lower(plain.first), reference.first, "queries");
    expect_close(kernel.second, lower(plain.second), reference.second, "pages");
    if (of.head_dim == 24) { expect_equal_bits(many_schedules, run); }
  }
}

TEST_F(PagedAttention, WrongShapesAreRefused) {
  const Span<Bf16> memory = on_gpu(std::vector<Bf16>(2 * 2 * 16 * 24));
  EXPECT_THROW(GpuPages(memory, 1, 1, 12), Bug);
  EXPECT_THROW(GpuPages(memory.part(1, 100), 1, 1, 24), Bug);
  const GpuPages pages(memory, 1, 1, 24);
  EXPECT_EQ(pages.count, 2);
  const Span<float> some = on_gpu(std::vector<float>(24));
  const Span<std::int32_t> ints = on_gpu(std::vector<std::int32_t>(3));
  const GpuRows<Bf16> rows(memory, 2, 72);
  const GpuRotation rotation{ints.first(2), some, some, 24};
  EXPECT_THROW(write_keys_and_values(stream(), rows, {}, rotation, ints, pages, 0), Bug);
  EXPECT_THROW(write_keys_and_values(stream(), rows, {}, rotation, ints.first(2), pages, 1), Bug);
  EXPECT_THROW(
      write_keys_and_values(stream(), GpuRows<Bf16>(memory, 2, 48), {}, rotation, ints.first(2), pages, 0),
      Bug);
  const GpuAttentionPlan plan{{}, {}, {}, {}, ints};
  EXPECT_THROW(paged_attention(stream(), rows, plan, pages, 2, rows, some), Bug);
  EXPECT_THROW(paged_attention(stream(), GpuRows<Bf16>(memory, 2, 30), plan, pages, 0,
                               GpuRows<Bf16>(memory, 2, 30), some),
               Bug);
  EXPECT_THROW(paged_attention(stream(), GpuRows<Bf16>(memory, 1, 24), plan, pages, 0, rows, some), Bug);
}

}  // namespace
}  // namespace srl::compute::testing
