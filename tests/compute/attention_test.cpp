// Attention over packs on a GPU against the plain formula in fp64, forward and backward.
#include "compute/attention.hpp"

#include <algorithm>

#include "compute/merge_attention.hpp"
#include "compute/packed_case.hpp"
#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

class AttentionOverPacks : public OnAGpu {
 protected:
  template <class T>
  GpuRows<T> rows_of(const std::vector<T>& elements, std::int64_t rows) {
    return {on_gpu(elements), rows, rows > 0 ? std::ssize(elements) / rows : 0};
  }
  template <class T>
  GpuSequences sequences_of(const PackedCase<T>& of) {
    GpuSequences result{on_gpu(of.first_query), on_gpu(of.first_key), 0, 0, of.causal};
    for (const auto& length : of.lengths) {
      result.longest_query = std::max(result.longest_query, length.queries);
      result.longest_key = std::max(result.longest_key, length.keys);
    }
    return result;
  }
  /// With out and lse of the forward pass, or those given.
  template <class T>
  Packed<T, float> run(const PackedCase<T>& of, const Packed<T, float>* joined = nullptr) {
    const GpuSequences sequences = sequences_of(of);
    const GpuQkvOf<T> qkv{rows_of(of.q, of.queries()), rows_of(of.k, of.keys()), rows_of(of.v, of.keys())};
    const auto like = [&](const std::vector<T>& other, std::int64_t rows) {
      return rows_of(std::vector<T>(other.size(), element<T>(std::nanf(""))), rows);
    };
    const GpuRows<T> out = like(of.q, of.queries());
    const GpuRows<float> lse(
        on_gpu(std::vector<float>(static_cast<std::size_t>(of.queries() * of.heads()), std::nanf(""))),
        of.queries(), of.heads());
    attention(stream(), qkv, sequences, out, lse);
    Packed<T, float> result;
    result.out = on_host(out);
    result.lse = on_host(lse);
    const GpuQkvGradientOf<T> gradient{like(of.q, of.queries()), like(of.k, of.keys()),
                                       like(of.v, of.keys())};
    const Span<float> partial = for_results<float>(attention_backward_partial(of.queries(), of.heads()));
    const GpuRows<T> of_all = joined == nullptr ? out : rows_of(joined->out, of.queries());
    const GpuRows<float> lse_of_all =
        joined == nullptr ? lse : GpuRows<float>(on_gpu(joined->lse), of.queries(), of.heads());
    attention_backward(stream(), rows_of(of.dout, of.queries()), qkv, sequences, of_all, lse_of_all, gradient,
                       partial);
    result.dq = on_host(gradient.queries);
    result.dk = on_host(gradient.keys);
    result.dv = on_host(gradient.values);
    return result;
  }
};

void expect_close_lse(const std::vector<float>& kernel, const std::vector<float>& plain,
                      const std::vector<double>& reference, const std::string& what) {
  std::vector<float> sums = kernel, plain_sums = plain;
  std::vector<double> exact = reference;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    ASSERT_EQ(std::isinf(sums[i]), std::isinf(exact[i])) << what << ", lse " << i;
    if (std::isinf(exact[i])) { sums[i] = plain_sums[i] = 0, exact[i] = 0; }
  }
  expect_close(sums, plain_sums, exact, what + ", lse");
}

template <class T>
void expect_close_packed(const Packed<T, float>& kernel, const PackedCase<T>& of) {
  const Packed<float, float> plain = PackedFormula<float, T>(of, true).run();
  const Packed<double, double> reference = PackedFormula<double, T>(of, false).run();
  expect_close(kernel.out, rounded_to<T>(plain.out), reference.out, of.text() + ", out");
  expect_close_lse(kernel.lse, plain.lse, reference.lse, of.text());
  expect_close(kernel.dq, rounded_to<T>(plain.dq), reference.dq, of.text() + ", dq");
  expect_close(kernel.dk, rounded_to<T>(plain.dk), reference.dk, of.text() + ", dk");
  expect_close(kernel.dv, rounded_to<T>(plain.dv), reference.dv, of.text() + ", dv");
}

/// Rows r = 0, 1, … whose elements are all value(r).
template <class T, class Value>
void fill_rows(std::vector<T>& elements, std::int64_t width, const Value& value) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    elements[i] = element<T>(value(static_cast<std::int64_t>(i) / width));
  }
}

// Sequences that end inside a tile, at its end and one after it; no queries; more keys than queries (a prompt
// before them), more queries than keys (the first ones see nothing). One query with one key alone would have
// gradients of exactly 0, and nothing to compare a rounding with.
template <class T>
std::vector<PackedCase<T>> cases() {
#ifdef SRL_FEW_SHAPES
  return {{1, 1, 24, {{1, 2}}}, {1, 2, 24, {{35, 35}, {3, 70}}}};
#else
  return {{1, 1, 24, {{1, 2}}},
          {2, 2, 24, {{17, 17}, {64, 64}, {1, 1}, {65, 65}, {0, 5}, {3, 40}}},
          {1, 3, 64, {{33, 33}, {2, 70}}},
          {1, 8, 64, {{20, 20}}},
          {1, 7, 128, {{40, 40}, {9, 9}}},
          {2, 1, 128, {{66, 97}}},
          {1, 2, 24, {{7, 3}, {40, 33}}},
          {1, 2, 24, {{40, 33}, {1, 100}, {5, 0}}, false},
          {1, 5, 56, {{31, 32}}, false}};
#endif
}

TEST_F(AttentionOverPacks, IsCloseToFp64) {
  const auto expect = [&](const auto& all) {
    for (const auto& of : all) { expect_close_packed(run(of), of); }
  };
  expect(cases<Bf16>());
  expect(cases<float>());
}

TEST_F(AttentionOverPacks, ASequenceDoesNotDependOnTheOthers) {
  const auto expect = [&]<class T>(const PackedCase<T>& many) {
    const Packed<T, float> all = run(many);
    for (std::size_t s = 0; s < many.lengths.size(); ++s) {
      PackedCase<T> one(1, 2, 24, {many.lengths[s]});
      const auto part = [&](const auto& of, const std::vector<std::int32_t>& first) {
        const std::int64_t width = std::ssize(of) / first.back();
        return std::decay_t<decltype(of)>(of.begin() + first[s] * width, of.begin() + first[s + 1] * width);
      };
      one.q = part(many.q, many.first_query);
      one.dout = part(many.dout, many.first_query);
      one.k = part(many.k, many.first_key);
      one.v = part(many.v, many.first_key);
      EXPECT_EQ(run(one), (Packed<T, float>{part(all.out, many.first_query), part(all.dq, many.first_query),
                                            part(all.dk, many.first_key), part(all.dv, many.first_key),
                                            part(all.lse, many.first_query)}))
          << many.text() << ", " << s;
    }
  };
  expect(PackedCase<Bf16>(1, 2, 24, {{5, 5}, {37, 37}, {2, 34}}));
  expect(PackedCase<float>(1, 2, 24, {{5, 5}, {37, 37}, {2, 34}}));
}

/// Training's way: the queries of an answer see the prompt's keys in one call and their own in another.
template <class T, class Run, class Merge>
Packed<T, float> run_in_two_calls(const PackedCase<T>& whole, std::int32_t prompt, const Run& run,
                                  const Merge& merge) {
  const std::int32_t answer = whole.lengths[0].queries;
  const auto keys = [&](const std::vector<T>& of, std::int32_t begin, std::int32_t end) {
    return std::vector<T>(of.begin() + begin * whole.key_width(), of.begin() + end * whole.key_width());
  };
  PackedCase<T> before(1, 2, 24, {{answer, prompt}}, false), own(1, 2, 24, {{answer, answer}});
  for (PackedCase<T>* part : {&before, &own}) {
    part->q = whole.q;
    part->dout = whole.dout;
    const std::int32_t begin = part == &own ? prompt : 0, end = part == &own ? prompt + answer : prompt;
    part->k = keys(whole.k, begin, end);
    part->v = keys(whole.v, begin, end);
  }
  Packed<T, float> joined = merge(run(before, nullptr), run(own, nullptr));
  const Packed<T, float> through_prompt = run(before, &joined), through_own = run(own, &joined);
  joined.dk = through_prompt.dk;
  joined.dv = through_prompt.dv;
  for (std::size_t i = 0; i < whole.q.size(); ++i) {
    joined.dq.push_back(element<T>(value_of(through_prompt.dq[i]) + value_of(through_own.dq[i])));
  }
  joined.dk.insert(joined.dk.end(), through_own.dk.begin(), through_own.dk.end());
  joined.dv.insert(joined.dv.end(), through_own.dv.begin(), through_own.dv.end());
  return joined;
}

TEST_F(AttentionOverPacks, TwoCallsJoinedAreOne) {
  const auto expect = [&]<class T>(const PackedCase<T>& whole, std::int32_t prompt) {
    const auto merge = [&](const Packed<T, float>& first, const Packed<T, float>& second) {
      const std::int64_t rows = whole.queries();
      std::vector<T> parts;
      std::vector<float> lse;
      std::vector<std::int32_t> first_part{0};
      const auto append = [](auto& to, const auto& from, std::int64_t row, std::int64_t width) {
        to.insert(to.end(), from.begin() + row * width, from.begin() + (row + 1) * width);
      };
      for (std::int64_t i = 0; i < rows; ++i) {
        for (const auto* part : {&first, &second}) {
          append(parts, part->out, i, whole.width());
          append(lse, part->lse, i, whole.heads());
        }
        first_part.push_back(static_cast<std::int32_t>(2 * (i + 1)));
      }
      const GpuRows<T> out = rows_of(std::vector<T>(whole.q.size()), rows);
      const GpuRows<float> out_lse = rows_of(std::vector<float>(first.lse.size()), rows);
      merge_attention<T>(stream(), rows_of(parts, 2 * rows), rows_of(lse, 2 * rows), on_gpu(first_part), out,
                         out_lse);
      return Packed<T, float>{on_host(out), {}, {}, {}, on_host(out_lse)};
    };
    const auto run_one = [&](const PackedCase<T>& of, const Packed<T, float>* joined) {
      return run(of, joined);
    };
    expect_close_packed(run_in_two_calls(whole, prompt, run_one, merge), whole);
  };
  expect(PackedCase<Bf16>(1, 2, 24, {{21, 37 + 21}}), 37);
  expect(PackedCase<float>(1, 2, 24, {{21, 37 + 21}}), 37);
}

// Each row must subtract its own largest score: scores of 98 and -98 differ by more than exp can bear.
TEST_F(AttentionOverPacks, ScoresOfNeighboursMayDifferByMuch) {
  const auto expect = [&]<class T>(T) {
    const auto sign = [](std::int64_t row) { return row % 2 == 0 ? -1.0F : 1.0F; };
    PackedCase<T> of(1, 1, 24, {{40, 40}});
    fill_rows(of.q, 24, [&](std::int64_t row) { return 20 * sign(row); });
    fill_rows(of.k, 24, [](std::int64_t) { return 1.0F; });
    expect_close_packed(run(of), of);
    fill_rows(of.q, 24, [](std::int64_t) { return 20.0F; });
    fill_rows(of.k, 24, sign);
    expect_close_packed(run(of), of);
  };
  expect(float{});
  expect(Bf16{});
}

TEST_F(AttentionOverPacks, BitsAreEqualUnderEverySchedule) {
  const auto expect = [&](std::uint64_t schedules, const auto& of) {
    expect_equal_bits(schedules, [&] { return run(of); });
  };
  expect(many_schedules, PackedCase<Bf16>(1, 2, 24, {{35, 35}, {2, 9}}));
  expect(many_schedules, PackedCase<float>(1, 2, 24, {{35, 35}, {2, 9}}));
#ifndef SRL_FEW_SHAPES
  expect(few_schedules, PackedCase<Bf16>(1, 7, 128, {{34, 70}}));
  expect(few_schedules, PackedCase<float>(1, 7, 128, {{34, 70}}));
#endif
  if (every_shape) {
    for (const auto& of : cases<Bf16>()) { expect(many_schedules, of); }
    for (const auto& of : cases<float>()) { expect(many_schedules, of); }
  }
}

TEST_F(AttentionOverPacks, WhatIsNotANumberStaysVisible) {
  PackedCase<Bf16> of(1, 1, 24, {{4, 4}});
  of.q[2 * 24] = Bf16{0x7fff};
  const Packed<Bf16, float> kernel = run(of);
  EXPECT_TRUE(std::isnan(value_of(kernel.out[2 * 24])) && std::isnan(kernel.lse[2]));
  EXPECT_FALSE(std::isnan(value_of(kernel.out[24])) || std::isnan(kernel.lse[3]));
}

TEST_F(AttentionOverPacks, WrongShapesAreRefused) {
  const Span<Bf16> memory = on_gpu(std::vector<Bf16>(4 * 48));
  const Span<float> some = on_gpu(std::vector<float>(8));
  const Span<std::int32_t> first = on_gpu(std::vector<std::int32_t>{0, 4});
  const GpuRows<Bf16> two(memory, 4, 48), one(memory, 4, 24);
  const GpuRows<float> lse(some, 4, 2);
  const GpuSequences sequences{first, first, 4, 4, true};
  const auto forward = [&](const GpuQkv& qkv, const GpuSequences& with, const GpuRows<Bf16>& out,
                           const GpuRows<float>& sums) { attention(stream(), qkv, with, out, sums); };
  const GpuRows<Bf16> out(on_gpu(std::vector<Bf16>(4 * 48)), 4, 48);
  EXPECT_NO_THROW(forward({two, one, one}, sequences, out, lse));
  EXPECT_THROW(forward({two, one, two}, sequences, two, lse), Bug);
  EXPECT_THROW(forward({one, two, two}, sequences, one, GpuRows<float>(some, 4, 1)), Bug);
  EXPECT_THROW(forward({two, one, one}, {first, first.first(1), 4, 4, true}, two, lse), Bug);
  EXPECT_THROW(forward({two, one, one}, sequences, one, lse), Bug);
  EXPECT_THROW(forward({two, one, one}, sequences, two, GpuRows<float>(some, 3, 2)), Bug);
  EXPECT_THROW(forward({two, one, one}, sequences, two, GpuRows<float>(some, 2, 4)), Bug);  // heads of 12
  const GpuRows<Bf16> shifted(memory.part(1, 120), 2, 48);
  EXPECT_THROW(forward({shifted, shifted, shifted}, sequences, shifted, GpuRows<float>(some, 2, 2)), Bug);
  const auto backward = [&](const GpuRows<Bf16>& dout, const GpuQkvGradient& gradient, Span<float> partial) {
    attention_backward(stream(), dout, {two, one, one}, sequences, two, lse, gradient, partial);
  };
  EXPECT_THROW(backward(one, {two, one, one}, some), Bug);
  EXPECT_THROW(backward(two, {one, one, one}, some), Bug);
  EXPECT_THROW(backward(two, {two, one, two}, some), Bug);
  EXPECT_THROW(backward(two, {two, one, one}, some.first(7)), Bug);
}

}  // namespace
}  // namespace srl::compute::testing
