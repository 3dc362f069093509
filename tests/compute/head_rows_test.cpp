// Rows of logits on a GPU against the CPU in fp64: statistics, log-probabilities and gradients.
#include "compute/head_rows.hpp"

#include "compute/schedules.hpp"

namespace srl::compute::testing {
namespace {

/// Rows of logits with their predictions: some rows have none, some have several, also of one target.
struct HeadCase {
  std::int64_t rows, vocabulary;
  float inverse;
  std::vector<float> logits = random_elements<float>(static_cast<std::size_t>(rows * vocabulary), 1, 3);
  std::vector<std::int32_t> first{0}, target, row;
  std::vector<float> dlogprob, coefficient, dentropy;

  HeadCase(std::int64_t row_count, std::int64_t width, double temperature)
      : rows(row_count), vocabulary(width), inverse(static_cast<float>(1 / temperature)) {
    std::mt19937 random(2);
    for (std::int64_t r = 0; r < rows; ++r) {
      // 300: more than a block has threads
      const std::int64_t count = r == 0 ? 1 : r == 2 ? 300 : r % 4 == 1 ? 0 : r % 4 == 2 ? 40 : 2;
      for (std::int64_t p = 0; p < count; ++p) {
        row.push_back(static_cast<std::int32_t>(r));
        target.push_back(static_cast<std::int32_t>(p % 3 == 2 ? target.back() : random() % vocabulary));
      }
      first.push_back(static_cast<std::int32_t>(target.size()));
    }
    dlogprob = random_elements<float>(target.size(), 3);
    dentropy = random_elements<float>(static_cast<std::size_t>(rows), 4, 0.1F);
    coefficient.resize(static_cast<std::size_t>(rows));
    for (std::size_t p = 0; p < target.size(); ++p) { coefficient[at(row[p])] += dlogprob[p]; }
  }
  static std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }
  std::string text() const { return std::to_string(rows) + " x " + std::to_string(vocabulary); }
};

/// T: dlogits. S: everything else.
template <class T, class S>
struct HeadResult {
  std::vector<S> largest, normaliser, entropy, logprob;
  std::vector<T> dlogits;
  bool operator==(const HeadResult&) const = default;
};

HeadResult<double, double> head_in_fp64(const HeadCase& of, bool with_entropy) {
  HeadResult<double, double> result;
  result.dlogits = doubles(of.logits);
  for (std::int64_t r = 0; r < of.rows; ++r) {
    double* const row = result.dlogits.data() + r * of.vocabulary;
    const RowStatistics s = row_statistics<double>(row, of.vocabulary, of.inverse);
    result.largest.push_back(s.largest);
    result.normaliser.push_back(s.normaliser);
    result.entropy.push_back(s.entropy);
    const std::size_t i = HeadCase::at(r);
    double coefficient = 0;
    for (std::int32_t p = of.first[i]; p < of.first[i + 1]; ++p) {
      const double z = double{row[of.target[HeadCase::at(p)]]} * of.inverse;
      result.logprob.push_back(z - s.largest - s.normaliser);
      coefficient += of.dlogprob[HeadCase::at(p)];
    }
    row_backward<double>(row, of.vocabulary, of.inverse, s, coefficient, with_entropy ? of.dentropy[i] : 0);
    for (std::int32_t p = of.first[i]; p < of.first[i + 1]; ++p) {
      row[of.target[HeadCase::at(p)]] += double{of.dlogprob[HeadCase::at(p)]} * of.inverse;
    }
  }
  return result;
}

/// The formulas, each in order and in float.
template <class T>
HeadResult<T, float> plain_head(const HeadCase& of, bool with_entropy) {
  HeadResult<T, float> result;
  for (std::int64_t r = 0; r < of.rows; ++r) {
    std::vector<float> z(of.logits.begin() + r * of.vocabulary, of.logits.begin() + (r + 1) * of.vocabulary);
    for (float& value : z) { value *= of.inverse; }
    const float largest = *std::max_element(z.begin(), z.end());
    float sum = 0, entropy = 0;
    for (const float value : z) { sum += std::exp(value - largest); }
    const float normaliser = std::log(sum);
    for (const float value : z) {
      const float logp = value - largest - normaliser;
      entropy -= std::exp(logp) * logp;
    }
    result.largest.push_back(largest);
    result.normaliser.push_back(normaliser);
    result.entropy.push_back(entropy);
    const std::size_t i = HeadCase::at(r);
    std::vector<float> dz;
    const float dentropy = with_entropy ? of.dentropy[i] : 0;
    for (const float value : z) {
      const float logp = value - largest - normaliser, p = std::exp(logp);
      dz.push_back(-(of.coefficient[i] * p + dentropy * p * (logp + entropy)) * of.inverse);
    }
    for (std::int32_t p = of.first[i]; p < of.first[i + 1]; ++p) {
      const std::size_t target = HeadCase::at(of.target[HeadCase::at(p)]);
      result.logprob.push_back(z[target] - largest - normaliser);
      dz[target] += of.dlogprob[HeadCase::at(p)] * of.inverse;
    }
    for (const float value : dz) { result.dlogits.push_back(element<T>(value)); }
  }
  return result;
}

class HeadRows : public OnAGpu {
 protected:
  template <class T>
  HeadResult<T, float> head(const HeadCase& of, bool with_entropy, bool in_place) {
    const auto floats = [&](std::size_t count) { return for_results<float>(count); };
    const std::size_t count = HeadCase::at(of.rows);
    const Span<float> memory = on_gpu(of.logits);
    const GpuRows<float> logits(memory, of.rows, of.vocabulary);
    const GpuRowStatistics<float> s{floats(count), floats(count), floats(count)};
    const GpuRowStatistics<const float> known{s.largest, s.normaliser, s.entropy};
    row_statistics(stream(), logits, of.inverse, s);
    const GpuPredictions predictions{on_gpu(of.first), on_gpu(of.target)};
    const Span<float> logprob = floats(of.target.size());
    chosen_logprobs(stream(), logits, of.inverse, known, predictions, logprob);
    const GpuPredictionGradients gradients{on_gpu(of.dlogprob), on_gpu(of.coefficient),
                                           with_entropy ? on_gpu(of.dentropy) : Span<float>()};
    constexpr std::int64_t elements = sizeof(float) / sizeof(T);  // in place of a logit
    const Span<T> place = in_place ? memory.as<T>() : for_results<T>(of.logits.size());
    const std::int64_t stride = in_place ? elements * of.vocabulary : of.vocabulary;
    const GpuRows<T> dlogits(place, of.rows, of.vocabulary, stride);
    row_backward(stream(), logits, of.inverse, known, predictions, logprob, gradients, dlogits);
    HeadResult<T, float> result{
        on_host(s.largest), on_host(s.normaliser), on_host(s.entropy), on_host(logprob), {}};
    const std::vector<T> all = on_host(place);
    for (std::int64_t r = 0; r < of.rows; ++r) {
      result.dlogits.insert(result.dlogits.end(), all.begin() + r * stride,
                            all.begin() + r * stride + of.vocabulary);
    }
    return result;
  }

  template <class T>
  void expect_close_head(const HeadCase& of, bool with_entropy, bool in_place) {
    const HeadResult<T, float> kernel = head<T>(of, with_entropy, in_place),
                               plain = plain_head<T>(of, with_entropy);
    const HeadResult<double, double> reference = head_in_fp64(of, with_entropy);
    expect_close(kernel.largest, plain.largest, reference.largest, of.text() + ", largest");
    expect_close(kernel.normaliser, plain.normaliser, reference.normaliser, of.text() + ", normaliser");
    expect_close(kernel.entropy, plain.entropy, reference.entropy, of.text() + ", entropy");
    expect_close(kernel.logprob, plain.logprob, reference.logprob, of.text() + ", logprob");
    expect_close(kernel.dlogits, plain.dlogits, reference.dlogits, of.text() + ", dlogits");
  }
};

// Vocabularies of one word, of a few, around a chunk of the kernel, and of SmolLM2 and Qwen2.5.
#ifdef SRL_FEW_SHAPES
const std::vector<HeadCase> cases{{1, 1, 1}, {7, 33, 0.7}, {3, 2049, 1}};
#else
const std::vector<HeadCase> cases{{1, 1, 1},      {7, 33, 0.7}, {4, 24, 1},      {3, 2047, 1},
                                  {3, 2048, 1.3}, {3, 2049, 1}, {2, 49152, 0.8}, {1, 151936, 1}};
#endif

TEST_F(HeadRows, Fp32GradientsAreCloseToFp64) {
  for (const HeadCase& of : cases) {
    expect_close_head<float>(of, true, false);
    expect_close_head<float>(of, false, true);
  }
}

TEST_F(HeadRows, Bf16GradientsAreCloseToFp64) {
  for (const HeadCase& of : cases) {
    expect_close_head<Bf16>(of, false, false);
    expect_close_head<Bf16>(of, true, true);
  }
}

TEST_F(HeadRows, BitsAreEqualUnderEverySchedule) {
  const HeadCase small(7, 33, 0.7), of_a_model(1, 49152, 1);
  expect_equal_bits(many_schedules, [&] { return head<Bf16>(small, true, true); });
#ifndef SRL_FEW_SHAPES
  expect_equal_bits(few_schedules, [&] { return head<Bf16>(of_a_model, true, true); });
#endif
  if (every_shape) {
    for (const HeadCase& of : cases) {
      expect_equal_bits(many_schedules, [&] { return head<float>(of, false, true); });
    }
  }
  EXPECT_EQ(head<Bf16>(small, true, true), head<Bf16>(small, true, false));
}

TEST_F(HeadRows, ExtremeAndBadLogits) {
  const auto logprob_of = [&](std::vector<float> logits) {
    HeadCase of(1, 4, 1);
    of.logits = std::move(logits);
    of.target = {0};
    return head<float>(of, true, false);
  };
  EXPECT_FLOAT_EQ(logprob_of({1e30F, -1e30F, 0, 1}).logprob[0], 0);
  EXPECT_FLOAT_EQ(logprob_of({1e30F, -1e30F, 0, 1}).entropy[0], 0);
  EXPECT_FLOAT_EQ(logprob_of({-1e4F, 0, 0, 0}).logprob[0], -1e4F - std::log(3.0F));
  EXPECT_FLOAT_EQ(logprob_of({5, 5, 5, 5}).entropy[0], std::log(4.0F));
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(std::isnan(logprob_of({0, std::nanf(""), 0, 0}).logprob[0]));
  EXPECT_TRUE(std::isnan(logprob_of({infinity, 0, 0, 0}).logprob[0]));
}

TEST_F(HeadRows, NoRowsAndWrongShapes) {
  const Span<float> memory = on_gpu(std::vector<float>(12));
  const Span<std::int32_t> ints = on_gpu(std::vector<std::int32_t>(4));
  const Span<float> three = memory.first(3), two = memory.first(2);
  const GpuRows<float> rows(memory, 3, 4), none(memory, 0, 4);
  row_statistics(stream(), none, 1, {{}, {}, {}});
  chosen_logprobs(stream(), none, 1, {{}, {}, {}}, {ints.first(1), {}}, {});
  row_backward(stream(), none, 1, {{}, {}, {}}, {ints.first(1), {}}, {}, {}, none);
  EXPECT_EQ(on_host(memory), std::vector<float>(12));
  EXPECT_THROW(row_statistics(stream(), rows, 1, {three, three, two}), Bug);
  const GpuRowStatistics<const float> known{three, three, three};
  EXPECT_THROW(chosen_logprobs(stream(), rows, 1, known, {ints.first(3), ints}, memory.first(4)), Bug);
  EXPECT_THROW(chosen_logprobs(stream(), rows, 1, known, {ints, ints}, three), Bug);
  const GpuPredictions predictions{ints, ints.first(3)};
  EXPECT_THROW(row_backward(stream(), rows, 1, known, predictions, three, {two, three, {}}, rows), Bug);
  EXPECT_THROW(row_backward(stream(), rows, 1, known, predictions, three, {three, two, {}}, rows), Bug);
  EXPECT_THROW(row_backward(stream(), rows, 1, known, predictions, three, {three, three, two}, rows), Bug);
  EXPECT_THROW(row_backward(stream(), rows, 1, known, predictions, three, {three, three, {}},
                            GpuRows<float>(memory, 2, 4)),
               Bug);
}

}  // namespace
}  // namespace srl::compute::testing
