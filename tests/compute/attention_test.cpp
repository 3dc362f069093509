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
  GpuRows<Bf16> rows_of(const std::vector<Bf16>& elements, std::int64_t rows) {
    return {on_gpu(elements), rows, rows > 0 ? std::ssize(elements) / rows : 0};
  }
  GpuSequences sequences_of(const PackedCase& of) {
    GpuSequences result{on_gpu(of.first_query), on_gpu(of.first_key), 0, 0, of.causal};
    for (const PackedCase::Lengths& length : of.lengths) {
      result.longest_query = std::max(result.longest_query, length.queries);
      result.longest_key = std::max(result.longest_key, length.keys);
    }
    return result;
  }
  template <class T>
  std::vector<T> on_host_of(const GpuRows<T>& rows) {
    return on_host(Span<T>(rows.view.data, static_cast<std::size_t>(rows.view.rows * rows.view.width)));
  }
  /// With out and lse of the forward pass, or those given.
  Packed<Bf16, float> run(const PackedCase& of, const Packed<Bf16, float>* joined = nullptr) {
    const GpuSequences sequences = sequences_of(of);
    const GpuQkv qkv{rows_of(of.q, of.queries()), rows_of(of.k, of.keys()), rows_of(of.v, of.keys())};
    const auto like = [&](const std::vector<Bf16>& other, std::int64_t rows) {
      return rows_of(std::vector<Bf16>(other.size(), Bf16{0x7fff}), rows);
    };
    const GpuRows<Bf16> out = like(of.q, of.queries());
    const GpuRows<float> lse(
        on_gpu(std::vector<float>(static_cast<std::size_t>(of.queries() * of.heads()), std::nanf(""))),
        of.queries(), of.heads());
    attention(stream(), qkv, sequences, out, lse);
    Packed<Bf16, float> result;
    result.out = on_host_of(out);
    result.lse = on_host_of(lse);
    const GpuQkvGradient gradient{like(of.q, of.queries()), like(of.k, of.keys()), like(of.v, of.keys())};
    const Span<float> partial =
        on_gpu(std::vector<float>(attention_backward_partial(of.queries(), of.heads())));
    const GpuRows<Bf16> of_all = joined == nullptr ? out : rows_of(joined->out, of.queries());
    const GpuRows<float> lse_of_all =
        joined == nullptr ? lse : GpuRows<float>(on_gpu(joined->lse), of.queries(), of.heads());
    attention_backward(stream(), rows_of(of.dout, of.queries()), qkv, sequences, of_all, lse_of_all, gradient,
                       partial);
    result.dq = on_host_of(gradient.queries);
    result.dk = on_host_of(gradient.keys);
    result.dv = on_host_of(gradient.values);
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

// Sequences that end inside a tile, at its end and one after it; no queries; more keys than queries (a prompt
// before them), more queries than keys (the first ones see nothing).
#ifdef SRL_CHECKED
const std::vector<PackedCase> cases{{1, 1, 24, {{1, 1}}}, {1, 2, 24, {{35, 35}, {3, 20}}}};
#else
const std::vector<PackedCase> cases{{1, 1, 24, {{1, 1}}},
                                    {2, 2, 24, {{17, 17}, {64, 64}, {1, 1}, {65, 65}, {0, 5}, {3, 40}}},
                                    {1, 3, 64, {{33, 33}, {2, 70}}},
                                    {1, 8, 64, {{20, 20}}},
                                    {1, 7, 128, {{40, 40}, {9, 9}}},
                                    {2, 1, 128, {{66, 97}}},
                                    {1, 2, 24, {{7, 3}, {40, 33}}},
                                    {1, 2, 24, {{40, 33}, {1, 100}, {5, 0}}, false},
                                    {1, 5, 56, {{31, 32}}, false}};
#endif

TEST_F(AttentionOverPacks, IsCloseToFp64) {
  for (const PackedCase& of : cases) {
    const Packed<Bf16, float> kernel = run(of);
    const Packed<float, float> plain = PackedFormula<float>(of, true).run();
    const Packed<double, double> reference = PackedFormula<double>(of, false).run();
    expect_close(kernel.out, rounded_to<Bf16>(plain.out), reference.out, of.text() + ", out");
    expect_close_lse(kernel.lse, plain.lse, reference.lse, of.text());
    expect_close(kernel.dq, rounded_to<Bf16>(plain.dq), reference.dq, of.text() + ", dq");
    expect_close(kernel.dk, rounded_to<Bf16>(plain.dk), reference.dk, of.text() + ", dk");
    expect_close(kernel.dv, rounded_to<Bf16>(plain.dv), reference.dv, of.text() + ", dv");
  }
}

TEST_F(AttentionOverPacks, ASequenceDoesNotDependOnTheOthers) {
  const PackedCase many(1, 2, 24, {{5, 5}, {37, 37}, {2, 34}});
  const Packed<Bf16, float> all = run(many);
  for (std::size_t s = 0; s < many.lengths.size(); ++s) {
    PackedCase one(1, 2, 24, {many.lengths[s]});
    const auto part = [&](const auto& of, const std::vector<std::int32_t>& first) {
      const std::int64_t width = std::ssize(of) / first.back();
      return std::decay_t<decltype(of)>(of.begin() + first[s] * width, of.begin() + first[s + 1] * width);
    };
    one.q = part(many.q, many.first_query);
    one.dout = part(many.dout, many.first_query);
    one.k = part(many.k, many.first_key);
    one.v = part(many.v, many.first_key);
    EXPECT_EQ(run(one), (Packed<Bf16, float>{part(all.out, many.first_query), part(all.dq, many.first_query),
                                             part(all.dk, many.first_key), part(all.dv, many.first_key),
                                             part(all.lse, many.first_query)}))
        << s;
  }
}

// Training's way: the queries of an answer see the prompt's keys in one call and their own in another.
TEST_F(AttentionOverPacks, TwoCallsJoinedAreOne) {
  constexpr std::int32_t prompt = 37, answer = 21;
  const PackedCase whole(1, 2, 24, {{answer, prompt + answer}});
  const auto keys = [&](const std::vector<Bf16>& of, std::int32_t begin, std::int32_t end) {
    return std::vector<Bf16>(of.begin() + begin * whole.key_width(), of.begin() + end * whole.key_width());
  };
  PackedCase before(1, 2, 24, {{answer, prompt}}, false), own(1, 2, 24, {{answer, answer}});
  for (PackedCase* part : {&before, &own}) {
    part->q = whole.q;
    part->dout = whole.dout;
    const std::int32_t begin = part == &own ? prompt : 0, end = part == &own ? prompt + answer : prompt;
    part->k = keys(whole.k, begin, end);
    part->v = keys(whole.v, begin, end);
  }
  const Packed<Bf16, float> first = run(before), second = run(own);
  std::vector<Bf16> parts;
  std::vector<float> lse;
  std::vector<std::int32_t> first_part{0};
  const auto append = [](auto& to, const auto& from, std::int64_t row, std::int64_t width) {
    to.insert(to.end(), from.begin() + row * width, from.begin() + (row + 1) * width);
  };
  for (std::int32_t i = 0; i < answer; ++i) {
    for (const auto* part : {&first, &second}) {
      append(parts, part->out, i, whole.width());
      append(lse, part->lse, i, whole.heads());
    }
    first_part.push_back(2 * (i + 1));
  }
  const GpuRows<Bf16> out = rows_of(std::vector<Bf16>(whole.q.size()), answer);
  const GpuRows<float> out_lse(on_gpu(std::vector<float>(first.lse.size())), answer, whole.heads());
  merge_attention<Bf16>(stream(), rows_of(parts, 2 * answer),
                        GpuRows<float>(on_gpu(lse), 2 * answer, whole.heads()), on_gpu(first_part), out,
                        out_lse);
  const Packed<Bf16, float> joined{on_host_of(out), {}, {}, {}, on_host_of(out_lse)};
  const Packed<Bf16, float> through_prompt = run(before, &joined), through_own = run(own, &joined);
  std::vector<Bf16> dq, dk = through_prompt.dk, dv = through_prompt.dv;
  for (std::size_t i = 0; i < whole.q.size(); ++i) {
    dq.push_back(device::to_bf16(value_of(through_prompt.dq[i]) + value_of(through_own.dq[i])));
  }
  dk.insert(dk.end(), through_own.dk.begin(), through_own.dk.end());
  dv.insert(dv.end(), through_own.dv.begin(), through_own.dv.end());
  const Packed<float, float> plain = PackedFormula<float>(whole, true).run();
  const Packed<double, double> reference = PackedFormula<double>(whole, false).run();
  expect_close(joined.out, rounded_to<Bf16>(plain.out), reference.out, "out");
  expect_close(dq, rounded_to<Bf16>(plain.dq), reference.dq, "dq");
  expect_close(dk, rounded_to<Bf16>(plain.dk), reference.dk, "dk");
  expect_close(dv, rounded_to<Bf16>(plain.dv), reference.dv, "dv");
}

TEST_F(AttentionOverPacks, BitsAreEqualUnderEverySchedule) {
  const PackedCase small(1, 2, 24, {{35, 35}, {2, 9}});
  expect_equal_bits(many_schedules, [&] { return run(small); });
#ifndef SRL_CHECKED
  const PackedCase of_a_model(1, 7, 128, {{34, 70}});
  expect_equal_bits(2, [&] { return run(of_a_model); });
#endif
}

TEST_F(AttentionOverPacks, WhatIsNotANumberStaysVisible) {
  PackedCase of(1, 1, 24, {{4, 4}});
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
