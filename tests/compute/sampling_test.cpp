// Sampling on a GPU against the CPU's sampler and the distribution in fp64.
#include "compute/sampling.hpp"

#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

constexpr std::uint64_t seed = 11;

/// Rows of logits with what the sampler adds to them.
struct Batch {
  std::int64_t rows, vocabulary;
  SamplingRule rule;
  std::vector<float> logits, bias;
  std::vector<std::int32_t> banned;
  std::vector<std::vector<std::int32_t>> seen;  ///< [rows]
  std::size_t first_row = 0;                    ///< counts on from here
  std::vector<std::int32_t> from;               ///< rows of the logits, if samples share them

  Batch(std::int64_t row_count, std::int64_t width, const SamplingRule& sampling, float spread = 2)
      : rows(row_count),
        vocabulary(width),
        rule(sampling),
        logits(random_elements<float>(static_cast<std::size_t>(rows * vocabulary), 1, spread)) {}
  std::size_t count() const { return static_cast<std::size_t>(rows); }
  std::size_t width() const { return static_cast<std::size_t>(vocabulary); }
  std::span<const float> row(std::size_t r) const { return std::span(logits).subspan(r * width(), width()); }
  bool bans(std::size_t r) const { return !banned.empty() && r % 2 == 0; }
  SampleCounters counters(std::size_t r) const { return {first_row + r, (first_row + r) % 3, 5}; }
  double u(std::size_t r) const {
    const SampleCounters at = counters(r);
    return random_uniform(seed, RandomStream::evaluation, at.draw, at.completion, at.token);
  }
  std::vector<LogitBias> sparse_bias() const {
    std::vector<LogitBias> result;
    for (std::size_t id = 0; id < bias.size(); ++id) {
      if (bias[id] != 0) { result.push_back({static_cast<std::int32_t>(id), bias[id]}); }
    }
    return result;
  }
};

struct Samples {
  std::vector<std::int32_t> id;
  std::vector<float> logprob, policy_logprob, model_logprob;
  std::vector<std::uint32_t> finite, seen;
  bool operator==(const Samples&) const = default;
};

Samples on_cpu(const Batch& of) {
  Samples result;
  SamplerScratch scratch;
  const std::vector<LogitBias> bias = of.sparse_bias();
  for (std::size_t r = 0; r < of.count(); ++r) {
    const Sampled one = sample(of.row(r), of.rule, bias, of.bans(r) ? of.banned : std::vector<std::int32_t>{},
                               of.seen.empty() ? std::vector<std::int32_t>{} : of.seen[r], of.u(r), scratch);
    result.id.push_back(one.id);
    result.logprob.push_back(one.logprob);
    result.policy_logprob.push_back(one.policy_logprob);
    result.model_logprob.push_back(one.model_logprob);
    result.finite.push_back(one.finite ? 1 : 0);
  }
  return result;
}

class SamplingOnAGpu : public OnAGpu {
 protected:
  Samples sample_on_gpu(const Batch& of) {
    std::vector<SampleCounters> counters;
    std::vector<std::uint32_t> bans, bits;
    const std::size_t words = (of.width() + 31) / 32;
    if (of.rule.repetition_penalty != 1) { bits.resize(of.count() * words); }
    for (std::size_t r = 0; r < of.count(); ++r) {
      counters.push_back(of.counters(r));
      if (!of.banned.empty()) { bans.push_back(of.bans(r) ? 1 : 0); }
      for (const std::int32_t id : of.seen.empty() ? std::vector<std::int32_t>{} : of.seen[r]) {
        bits[r * words + static_cast<std::size_t>(id) / 32] |= 1U << id % 32;
      }
    }
    const Span<std::uint32_t> seen = on_gpu(bits);
    const GpuSampling sampling{
        of.rule,      seed, RandomStream::evaluation, on_gpu(counters), on_gpu(of.bias), on_gpu(of.banned),
        on_gpu(bans), seen, on_gpu(of.from)};
    const auto floats = [&] { return for_results<float>(of.count()); };
    const GpuSampled sampled{for_results<std::int32_t>(of.count()), floats(), floats(), floats(),
                             for_results<std::uint32_t>(of.count())};
    const auto rows = static_cast<std::int64_t>(of.logits.size()) / of.vocabulary;
    sample(stream(), GpuRows<float>(on_gpu(of.logits), rows, of.vocabulary), sampling, sampled);
    return {on_host(sampled.id),
            on_host(sampled.logprob),
            on_host(sampled.policy_logprob),
            on_host(sampled.model_logprob),
            on_host(sampled.finite),
            on_host(seen)};
  }

  /// The same ids as the CPU's, and log-probabilities that are as close.
  void expect_those_of_the_cpu(const Batch& of, const std::string& what) {
    const Samples kernel = sample_on_gpu(of), cpu = on_cpu(of);
    EXPECT_EQ(kernel.id, cpu.id) << what;
    EXPECT_EQ(kernel.finite, cpu.finite) << what;
    for (std::size_t r = 0; r < of.count(); ++r) {
      EXPECT_NEAR(kernel.logprob[r], cpu.logprob[r], 2e-6) << what << ", row " << r;
      EXPECT_NEAR(kernel.policy_logprob[r], cpu.policy_logprob[r], 2e-6) << what << ", row " << r;
      EXPECT_NEAR(kernel.model_logprob[r], cpu.model_logprob[r], 2e-6) << what << ", row " << r;
    }
  }
};

struct Named {
  const char* name;
  SamplingRule rule;
};
const std::vector<Named> rules{{"plain", {}},
                               {"cold", {.temperature = 0.6}},
                               {"top-k", {.top_k = 7}},
                               {"top-k of all", {.top_k = 100000}},
                               {"top-p", {.temperature = 1.2, .top_p = 0.8}},
                               {"top-p of one", {.top_p = 0.001}},
                               {"min-p", {.min_p = 0.05}},
                               {"all cuts", {.temperature = 0.9, .top_p = 0.9, .min_p = 0.01, .top_k = 50}},
                               {"greedy", {.temperature = 0.7, .greedy = true}}};

#ifdef SRL_FEW_SHAPES
const std::vector<std::pair<std::int64_t, std::int64_t>> shapes{{1, 1}, {3, 33}, {2, 600}};
#else
const std::vector<std::pair<std::int64_t, std::int64_t>> shapes{{1, 1}, {20, 33}, {5, 512}, {3, 1030}};
#endif

TEST_F(SamplingOnAGpu, IdsAreThoseOfTheCpu) {
  for (const auto& [rows, vocabulary] : shapes) {
    for (const Named& one : rules) {
      expect_those_of_the_cpu(Batch(rows, vocabulary, one.rule),
                              one.name + (" of " + std::to_string(vocabulary)));
    }
  }
}

TEST_F(SamplingOnAGpu, EqualWeightsAreKeptByTheirIds) {
  for (const Named& one : rules) {
    Batch of(12, 100, one.rule);
    for (float& logit : of.logits) { logit = std::round(logit); }  // only a few different values
    expect_those_of_the_cpu(of, one.name);
    for (float& logit : of.logits) { logit = 1; }
    expect_those_of_the_cpu(of, one.name);
  }
}

/// The places where a search goes from one part of the vocabulary, or of the weights' bits, to the next.
TEST_F(SamplingOnAGpu, CutsAtTheEdgesOfParts) {
  for (const int top_k : {127, 128, 129, 256, 257, 1999, 2000}) {  // parts of 128 ids
    Batch of(6, 2000, {.top_k = top_k});
    std::ranges::fill(of.logits, 0.5F);
    expect_those_of_the_cpu(of, "top-k of equals, " + std::to_string(top_k));
  }
  // One weight of 1, twenty above 0.5, and four that are so close to it that their bits after the first 13
  // begin with eleven zeros. The cut is among these four.
  for (const int top_k : {22, 23, 24, 25}) {
    Batch of(8, 40, {.top_k = top_k});
    for (std::size_t i = 0; i < of.logits.size(); ++i) {
      const std::size_t id = i % 40;
      const float above = id <= 20 ? 1e-3F * static_cast<float>(id) : 6e-6F * static_cast<float>(id - 20);
      of.logits[i] = id == 0 ? 0.0F : id <= 24 ? std::log(0.5F) + above : -30.0F;
    }
    expect_those_of_the_cpu(of, "weights near 0.5, top-k of " + std::to_string(top_k));
  }
  // min-p at the weight where top-k has cut among equals does not bring the others back.
  Batch of(8, 40, {.min_p = 1.0, .top_k = 3});
  std::ranges::fill(of.logits, -1.0F);
  expect_those_of_the_cpu(of, "min-p after top-k");
}

TEST_F(SamplingOnAGpu, PenaltyBiasAndBans) {
  for (const Named& one : rules) {
    Batch of(8, 70, one.rule);
    of.banned = {3, 69, 40};
    of.bias.resize(70);
    of.bias[5] = 2.5F;
    of.bias[40] = 9;
    of.bias[11] = -std::numeric_limits<float>::infinity();
    expect_those_of_the_cpu(of, one.name);
    of.rule.repetition_penalty = 1.7;
    for (std::int32_t r = 0; r < 8; ++r) { of.seen.push_back({r, 2 * r, 5, 5, 69}); }
    expect_those_of_the_cpu(of, one.name);
  }
}

TEST_F(SamplingOnAGpu, TheChosenIdIsSeenFromThenOn) {
  Batch of(2, 70, {.repetition_penalty = 1.3});
  of.seen = {{1, 40}, {}};
  const Samples kernel = sample_on_gpu(of);
  for (std::size_t r = 0; r < 2; ++r) {
    std::vector<std::uint32_t> bits(3);
    for (const std::int32_t id : of.seen[r]) { bits[static_cast<std::size_t>(id) / 32] |= 1U << id % 32; }
    bits[static_cast<std::size_t>(kernel.id[r]) / 32] |= 1U << kernel.id[r] % 32;
    EXPECT_EQ(std::vector<std::uint32_t>(kernel.seen.begin() + static_cast<std::ptrdiff_t>(3 * r),
                                         kernel.seen.begin() + static_cast<std::ptrdiff_t>(3 * r + 3)),
              bits);
  }
}

TEST_F(SamplingOnAGpu, RowsContinueWithSamplesOfTheStepBefore) {
  const Span<std::int32_t> ids = on_gpu(std::vector<std::int32_t>{7, -1, -4, 0, -3, -1});
  take_sampled(stream(), ids, on_gpu(std::vector<std::int32_t>{30, 99, -1, 41, 99}));
  EXPECT_EQ(on_host(ids), (std::vector<std::int32_t>{7, 30, 41, 0, 0, 30}));
}

TEST_F(SamplingOnAGpu, TheNewestIdOfASampleIsSeen) {
  std::vector<std::uint32_t> bits(4 * 3, 4U), expected = bits;
  GpuSampling sampling;
  sampling.row = on_gpu(std::vector<std::int32_t>{0, 2, 1, 0});
  sampling.seen = on_gpu(bits);
  const std::vector<std::int32_t> ids{9, 64, 31, 2, 69}, rows{1, 3, 4};
  add_newest(stream(), {on_gpu(ids), on_gpu(rows)}, sampling, 70);
  expected[2] |= 1U;       // 64
  expected[5] |= 1U << 5;  // 69
  expected[11] |= 1U;      // 64; the third sample had 2 already
  EXPECT_EQ(on_host(sampling.seen), expected);
}

TEST_F(SamplingOnAGpu, RowsThatCannotBeSampled) {
  Batch of(4, 40, {});
  of.logits[7] = std::nanf("");
  of.logits[40 + 3] = std::numeric_limits<float>::infinity();
  of.banned.resize(40);
  for (std::int32_t id = 0; id < 40; ++id) { of.banned[static_cast<std::size_t>(id)] = id; }
  const Samples kernel = sample_on_gpu(of), cpu = on_cpu(of);  // rows 0 and 2 have bans
  EXPECT_EQ(kernel.id, cpu.id);
  EXPECT_EQ(kernel.finite, (std::vector<std::uint32_t>{0, 0, 1, 1}));
  EXPECT_EQ(kernel.id[2], -1);
  EXPECT_GE(kernel.id[3], 0);
}

#ifndef SRL_FEW_SHAPES
TEST_F(SamplingOnAGpu, VocabulariesOfModels) {
  for (const SamplingRule& rule : {SamplingRule{}, rules[7].rule}) {
    expect_those_of_the_cpu(Batch(2, 49152, rule, 3), "SmolLM2");
    expect_those_of_the_cpu(Batch(1, 151936, rule, 3), "Qwen2.5");
  }
}

TEST_F(SamplingOnAGpu, FrequenciesAreProbabilities) {
  Batch of(200, 5, {});
  for (std::size_t i = 0; i < of.logits.size(); ++i) { of.logits[i] = static_cast<float>(i % 5) * 0.5F; }
  const Samples kernel = sample_on_gpu(of);
  double total = 0;
  for (int id = 0; id < 5; ++id) { total += std::exp(0.5 * id); }
  for (int id = 0; id < 5; ++id) {
    const double p = std::exp(0.5 * id) / total, mean = 200 * p;
    const auto seen = static_cast<double>(std::count(kernel.id.begin(), kernel.id.end(), id));
    EXPECT_NEAR(seen, mean, 4 * std::sqrt(mean * (1 - p))) << id;
  }
}
#endif

TEST_F(SamplingOnAGpu, ARowDoesNotDependOnTheOthers) {
  const Batch many(3, 200, rules[7].rule);
  const Samples all = sample_on_gpu(many);
  for (std::size_t r = 0; r < 3; ++r) {
    Batch one(1, 200, rules[7].rule);
    one.logits.assign(many.row(r).begin(), many.row(r).end());
    one.first_row = r;
    const Samples alone = sample_on_gpu(one);
    EXPECT_EQ(alone.id[0], all.id[r]);
    EXPECT_EQ(alone.logprob[0], all.logprob[r]);
  }
}

TEST_F(SamplingOnAGpu, SamplesMayShareRows) {
  const Batch two(2, 200, rules[0].rule);
  Batch copied(5, 200, rules[0].rule), shared = copied;
  shared.from = {1, 1, 0, 1, 0};
  shared.logits = two.logits;
  for (std::size_t r = 0; r < 5; ++r) {
    std::ranges::copy(two.row(static_cast<std::size_t>(shared.from[r])),
                      copied.logits.begin() + static_cast<std::ptrdiff_t>(r * 200));
  }
  EXPECT_EQ(sample_on_gpu(shared), sample_on_gpu(copied));
}

TEST_F(SamplingOnAGpu, BitsAreEqualUnderEverySchedule) {
  Batch of(2, 600, rules[7].rule);
  of.rule.repetition_penalty = 1.2;
  of.seen = {{1, 40}, {5}};
  expect_equal_bits(many_schedules, [&] { return sample_on_gpu(of); });
#ifndef SRL_FEW_SHAPES
  expect_equal_bits(few_schedules, [&] { return sample_on_gpu(Batch(1, 49152, rules[4].rule)); });
#endif
  if (every_shape) {
    for (const auto& [rows, vocabulary] : shapes) {
      for (const Named& one : rules) {
        expect_equal_bits(many_schedules, [&] { return sample_on_gpu(Batch(rows, vocabulary, one.rule)); });
      }
    }
  }
}

TEST_F(SamplingOnAGpu, WrongShapesAreRefused) {
  const Span<float> memory = on_gpu(std::vector<float>(12)), two = memory.first(2);
  const Span<std::int32_t> ids = on_gpu(std::vector<std::int32_t>(2));
  const Span<std::uint32_t> bits = on_gpu(std::vector<std::uint32_t>(2));
  const Span<SampleCounters> counters = on_gpu(std::vector<SampleCounters>(2));
  const GpuRows<float> logits(memory, 2, 6);
  const GpuSampled results{ids, two, two, two, bits};
  GpuSampling sampling;
  EXPECT_THROW(sample(stream(), logits, sampling, results), Bug);
  sampling.counters = counters;
  sampling.bias = two;
  EXPECT_THROW(sample(stream(), logits, sampling, results), Bug);
  sampling.bias = {};
  sampling.banned = ids;
  EXPECT_THROW(sample(stream(), logits, sampling, results), Bug);
  sampling.banned = {};
  sampling.rule.repetition_penalty = 2;
  EXPECT_THROW(sample(stream(), logits, sampling, results), Bug);
  sampling.rule.repetition_penalty = 1;
  EXPECT_THROW(sample(stream(), logits, sampling, {ids, two, two, memory.first(1), bits}), Bug);
  sampling.counters = {};
  sample(stream(), GpuRows<float>(memory, 0, 6), sampling, {});
}

}  // namespace
}  // namespace srl::compute::testing
