#include "rollout/sample/gpu_sampler.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "base/error.hpp"
#include "device/memory.hpp"

namespace srl::rollout {
namespace {

using compute::Sampled;

/// The samples in the results of a step that has ended.
void read_results(const GpuStep& step, std::span<Sampled> sampled) {
  const std::span<const std::uint32_t> results = step.results.first(5 * step.samples).elements;
  for (std::size_t i = 0; i < step.samples; ++i) {
    const auto number = [&](std::size_t which) {
      return std::bit_cast<float>(results[which * step.samples + i]);
    };
    const auto id = static_cast<std::int32_t>(results[i]);
    sampled[i] = {id, 0, 0, 0, results[4 * step.samples + i] != 0};
    if (id < 0) { continue; }  // the kernel wrote no log-probabilities
    sampled[i].logprob = number(1);
    sampled[i].policy_logprob = number(2);
    sampled[i].model_logprob = number(3);
  }
}

}  // namespace

void GpuSampler::begin(const SamplingCall& call) {
  call_ = call;
  if (call.banned.size() > GpuSamplerMemory::most_banned) {
    throw BadInput(std::to_string(call.banned.size()) + " stop tokens are more than a GPU bans: " +
                   std::to_string(GpuSamplerMemory::most_banned) + "; set sampling.min_new_tokens = 0");
  }
  device::upload(stream_, memory_.banned.first(call.banned.size()), std::span(call.banned));
  if (call.bias.empty()) { return; }
  std::vector<float> bias(memory_.bias.size());
  for (const compute::LogitBias& one : call.bias) { bias[static_cast<std::size_t>(one.id)] += one.value; }
  device::upload(stream_, memory_.bias, std::span(bias));
}

compute::GpuSampling GpuSampler::upload(const GpuStep& step, std::span<const SampleRequest> requests) {
  const std::size_t count = requests.size(), words = memory_.seen_words();
  const bool penalty = call_.rule.repetition_penalty != 1.0;
  const auto row = step.row.first(count);
  const auto counters = step.counters.first(count);
  const auto has_bans = step.has_bans.first(count), seen = step.seen.first(penalty ? count * words : 0);
  std::ranges::fill(seen.elements, 0U);
  for (std::size_t i = 0; i < count; ++i) {
    row.elements[i] = static_cast<std::int32_t>(requests[i].logits_row);
    counters.elements[i] = requests[i].counters;
    has_bans.elements[i] = requests[i].bans ? 1 : 0;
    for (const auto ids : {requests[i].prompt, requests[i].completion}) {
      for (std::size_t at = 0; penalty && at < ids.size(); ++at) {
        const auto id = static_cast<std::uint32_t>(ids[at]);
        seen.elements[i * words + id / 32] |= std::uint32_t{1} << id % 32;
      }
    }
  }
  compute::GpuSampling sampling;
  sampling.rule = call_.rule;
  sampling.seed = call_.seed;
  sampling.stream = call_.stream;
  sampling.row = memory_.row.first(count);
  sampling.counters = memory_.counters.first(count);
  if (!call_.bias.empty()) { sampling.bias = memory_.bias; }
  if (!call_.banned.empty()) {
    sampling.banned = memory_.banned.first(call_.banned.size());
    sampling.has_bans = memory_.has_bans.first(count);
    device::upload(stream_, memory_.has_bans.first(count), has_bans);
  }
  if (penalty) {
    sampling.seen = memory_.seen.first(count * words);
    device::upload(stream_, sampling.seen, seen);
  }
  device::upload(stream_, memory_.row.first(count), row);
  device::upload(stream_, memory_.counters.first(count), counters);
  return sampling;
}

void GpuSampler::sample(GpuStep& step, const compute::GpuRows<const float>& logits,
                        const compute::GpuNewestIds& newest, std::span<const SampleRequest> requests) {
  step.begin.record(stream_);
  step.earlier.clear();
  step.samples = 0;
  for (std::size_t first = 0; first < requests.size(); first += step.samples) {
    if (first > 0) {  // the same memory again
      step.end.wait();
      step.earlier.resize(first);
      read_results(step, std::span(step.earlier).subspan(first - step.samples));
    }
    const std::size_t count = std::min(memory_.most, requests.size() - first);
    const compute::GpuSampling sampling = upload(step, requests.subspan(first, count));
    compute::add_newest(stream_, newest, sampling, logits.view.width);
    const auto results = [&](std::size_t which) { return memory_.results.part(which * count, count); };
    compute::sample(stream_, logits, sampling,
                    {results(0).as<std::int32_t>(), results(1).as<float>(), results(2).as<float>(),
                     results(3).as<float>(), results(4)});
    device::download(stream_, step.results.first(5 * count), memory_.results.first(5 * count));
    step.end.record(stream_);
    step.samples = count;
  }
}

double GpuSampler::read(const GpuStep& step, std::span<Sampled> sampled) const {
  step.end.wait();
  std::ranges::copy(step.earlier, sampled.begin());
  read_results(step, sampled.subspan(step.earlier.size()));
  return device::seconds_between(step.begin, step.end);
}

}  // namespace srl::rollout
