#include <cmath>

#include "compute/gpu/check.hpp"
#include "compute/gpu/kept_ids.hpp"
#include "compute/sampling.hpp"

namespace srl::compute {
namespace {

/// Arguments of the kernel, all in the GPU's memory but the rule.
struct Batch {
  SamplingRule rule;
  std::uint64_t seed;
  RandomStream stream;
  const std::int32_t* row;
  const SampleCounters* counters;
  const float* bias;
  const std::int32_t* banned;
  std::int32_t bans;
  const std::uint32_t* has_bans;
  std::uint32_t* seen;
};
struct Results {
  std::int32_t* id;
  float *logprob, *policy_logprob, *model_logprob;
  std::uint32_t* finite;
};

/// The logits of a row after penalty, bias and bans.
struct Adjusted {
  const float* logits;
  const float* bias;
  const std::int32_t* banned;
  std::int32_t bans;
  const std::uint32_t* seen;
  float penalty;

  __device__ Adjusted(const float* row, std::int32_t count, const Batch& batch)
      : logits(row),
        bias(batch.bias),
        banned(batch.banned),
        bans(batch.bans > 0 && batch.has_bans[blockIdx.x] != 0 ? batch.bans : 0),
        seen(batch.seen == nullptr ? nullptr : batch.seen + std::int64_t{blockIdx.x} * ((count + 31) / 32)),
        penalty(static_cast<float>(batch.rule.repetition_penalty)) {}
  __device__ bool changes() const { return bias != nullptr || bans > 0 || seen != nullptr; }
  __device__ float operator()(std::int32_t id) const {
    float x = logits[id];
    if (seen != nullptr && (seen[id / 32] >> id % 32 & 1u) != 0) { x = x < 0 ? x * penalty : x / penalty; }
    if (bias != nullptr) { x += bias[id]; }
    for (std::int32_t i = 0; i < bans; ++i) { x = banned[i] == id ? -INFINITY : x; }
    return x;
  }
};

/// Weights relative to the largest logit; 0 below e^-87.3, as on the CPU.
template <class Logit>
struct Weights {
  const Logit& logit;
  float top, factor;
  __device__ float operator()(std::int32_t id) const {
    const float x = (logit(id) - top) * factor;
    return x >= -87.3F ? expf(x) : 0.0F;
  }
};

template <class Value>
__device__ Mass block_mass(std::int32_t count, const Value& value) {
  Mass sum = 0;
  for (auto id = static_cast<std::int32_t>(threadIdx.x); id < count;
       id += static_cast<std::int32_t>(sampling_threads)) {
    sum += value(id);
  }
  return block_sum(sum);
}
/// The sum of all weights, exact in units of 2^-44.
template <class Logit>
__device__ double total_weight(std::int32_t count, const Weights<Logit>& weights) {
  return static_cast<double>(block_mass(count, [&](std::int32_t id) { return mass_of(weights(id)); })) *
         0x1p-44;
}

template <class Logit>
__device__ float largest(std::int32_t count, const Logit& logit) {
  float most = -INFINITY;
  for (auto id = static_cast<std::int32_t>(threadIdx.x); id < count;
       id += static_cast<std::int32_t>(sampling_threads)) {
    const float x = logit(id);
    most = larger(most, x);
  }
  return block_joined(most, -INFINITY, Most{});
}

__device__ inline bool all_finite(const float* row, std::int32_t count) {
  int bad = 0;
  for (auto id = static_cast<std::int32_t>(threadIdx.x); id < count;
       id += static_cast<std::int32_t>(sampling_threads)) {
    bad |= (__float_as_uint(row[id]) & 0x7f800000U) == 0x7f800000U ? 1 : 0;
  }
  return __syncthreads_or(bad) == 0;
}

/// The lowest id with the largest logit.
template <class Logit>
__device__ std::int32_t first_largest(std::int32_t count, const Logit& logit, float top) {
  std::int32_t first = count;
  for (auto id = static_cast<std::int32_t>(threadIdx.x); id < count;
       id += static_cast<std::int32_t>(sampling_threads)) {
    if (logit(id) == top) {
      first = id;
      break;
    }
  }
  return block_joined(first, count, Least{});
}

/// The chosen id and the sum of the weights that are kept.
struct Choice {
  std::int32_t id;
  double total;
};
template <class Logit>
__device__ Choice choose(std::int32_t count, const Weights<Logit>& weights, const Batch& batch) {
  SRL_SHARED(unsigned, counts, histogram_bins);
  SRL_SHARED(Mass, masses, histogram_bins);
  const SamplingRule& rule = batch.rule;
  if (rule.greedy) {
    return {first_largest(count, weights.logit, weights.top), total_weight(count, weights)};
  }
  Cut cut{0.0F, -1};
  if (rule.top_k > 0 || rule.top_p < 1 || rule.min_p > 0) {
    cut = cut_of(Histogram{counts, masses}, count, weights, rule);
  }
  const auto kept = [&](std::int32_t id) {
    const float w = weights(id);
    return survives(w, id, cut) ? mass_of(w) : Mass{0};
  };
  const Mass total = block_mass(count, kept);
  const SampleCounters at = batch.counters[blockIdx.x];
  const double u = random_uniform(batch.seed, batch.stream, at.draw, at.completion, at.token);
  const auto target = static_cast<Mass>(u * static_cast<double>(total));
  return {find_id<sampling_warps>(count, target < total ? target : total - 1, kept),
          static_cast<double>(total) * 0x1p-44};
}

/// One block per sample.
__global__ void sample_kernel(Rows<const float> logits, Batch batch, Results results) {
  const float* const row = logits.row(batch.row == nullptr ? blockIdx.x : batch.row[blockIdx.x]);
  const auto count = static_cast<std::int32_t>(logits.width);
  const bool first = threadIdx.x == 0;
  const bool finite = all_finite(row, count);
  if (first) {
    results.finite[blockIdx.x] = finite ? 1 : 0;
    results.id[blockIdx.x] = -1;
  }
  if (!finite) { return; }
  const auto plain = [&](std::int32_t id) { return row[id]; };
  const Adjusted adjusted(row, count, batch);
  const float factor = static_cast<float>(1.0 / batch.rule.temperature), top = largest(count, adjusted);
  if (top == -INFINITY) { return; }
  const Choice choice = choose(count, Weights<Adjusted>{adjusted, top, factor}, batch);
  const float own_top = adjusted.changes() ? largest(count, plain) : top;
  const double tempered = total_weight(count, Weights<decltype(plain)>{plain, own_top, factor});
  const double untempered = batch.rule.temperature == 1.0
                                ? tempered
                                : total_weight(count, Weights<decltype(plain)>{plain, own_top, 1.0F});
  if (!first) { return; }
  const double above = static_cast<double>(adjusted(choice.id)) - top;
  const double own = static_cast<double>(row[choice.id]) - own_top;
  results.id[blockIdx.x] = choice.id;
  results.logprob[blockIdx.x] = static_cast<float>(above / batch.rule.temperature - log(choice.total));
  results.policy_logprob[blockIdx.x] = static_cast<float>(own / batch.rule.temperature - log(tempered));
  results.model_logprob[blockIdx.x] = static_cast<float>(own - log(untempered));
  if (batch.seen != nullptr) {
    batch.seen[std::int64_t{blockIdx.x} * ((count + 31) / 32) + choice.id / 32] |= 1u << choice.id % 32;
  }
}

std::size_t samples_of(const GpuRows<const float>& logits, const GpuSampling& sampling) {
  return sampling.row.empty() ? static_cast<std::size_t>(logits.view.rows) : sampling.row.size();
}

void check_sampling(const GpuRows<const float>& logits, const GpuSampling& sampling,
                    const GpuSampled& sampled) {
  const std::size_t rows = samples_of(logits, sampling),
                    vocabulary = static_cast<std::size_t>(logits.view.width);
  check_size("sampling", sampling.counters.size(), rows, "counters");
  check_size("sampling", sampling.bias.size(), sampling.bias.empty() ? 0 : vocabulary, "bias");
  check_size("sampling", sampling.has_bans.size(), sampling.banned.empty() ? 0 : rows, "bans");
  check_size("sampling", sampling.seen.size(),
             sampling.rule.repetition_penalty == 1.0 ? 0 : rows * ((vocabulary + 31) / 32), "seen ids");
  check_size("sampling", sampled.id.size(), rows, "ids");
  check_size("sampling", sampled.logprob.size(), rows, "logprob");
  check_size("sampling", sampled.policy_logprob.size(), rows, "policy_logprob");
  check_size("sampling", sampled.model_logprob.size(), rows, "model_logprob");
  check_size("sampling", sampled.finite.size(), rows, "finite");
  constexpr std::size_t most_ids = std::size_t{1} << 19;
  if (vocabulary < 1 || vocabulary > most_ids) {
    throw Bug("sampling from a vocabulary of " + std::to_string(vocabulary) + " ids");
  }
}

}  // namespace

void sample(const device::Stream& stream, GpuRows<const float> logits, const GpuSampling& sampling,
            const GpuSampled& sampled) {
  check_sampling(logits, sampling, sampled);
  if (logits.view.rows == 0) { return; }
  const Batch batch{sampling.rule,
                    sampling.seed,
                    sampling.stream,
                    or_null(sampling.row),
                    sampling.counters.data(),
                    or_null(sampling.bias),
                    or_null(sampling.banned),
                    static_cast<std::int32_t>(sampling.banned.size()),
                    or_null(sampling.has_bans),
                    or_null(sampling.seen)};
  const Results results{sampled.id.data(), sampled.logprob.data(), sampled.policy_logprob.data(),
                        sampled.model_logprob.data(), sampled.finite.data()};
  const auto samples = static_cast<unsigned>(samples_of(logits, sampling));
  device::launch<sample_kernel>(stream, {samples, sampling_threads}, logits.view, batch, results);
}

}  // namespace srl::compute
