#include "rollout/sample/gpu_sampler.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "base/error.hpp"
#include "device/memory.hpp"

namespace srl::rollout {

GpuSampler::GpuSampler(const GpuSamplerMemory& memory, const device::Stream& stream)
    : memory_(memory),
      stream_(stream),
      begin_(stream.device(), device::Event::Timing::on),
      end_(stream.device(), device::Event::Timing::on) {}

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

compute::GpuSampling GpuSampler::upload(std::span<const SampleRequest> requests) {
  const std::size_t count = requests.size(), words = memory_.seen.size() / memory_.most;
  const bool penalty = call_.rule.repetition_penalty != 1.0;
  host_.row.clear();
  host_.counters.clear();
  host_.has_bans.clear();
  host_.seen.assign(penalty ? count * words : 0, 0);
  for (std::size_t i = 0; i < count; ++i) {
    host_.row.push_back(static_cast<std::int32_t>(requests[i].logits_row));
    host_.counters.push_back(requests[i].counters);
    host_.has_bans.push_back(requests[i].bans ? 1 : 0);
    for (const auto ids : {requests[i].prompt, requests[i].completion}) {
      for (std::size_t at = 0; penalty && at < ids.size(); ++at) {
        const auto id = static_cast<std::uint32_t>(ids[at]);
        host_.seen[i * words + id / 32] |= std::uint32_t{1} << id % 32;
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
    device::upload(stream_, memory_.has_bans.first(count), std::span(host_.has_bans));
  }
  if (penalty) {
    sampling.seen = memory_.seen.first(count * words);
    device::upload(stream_, sampling.seen, std::span(host_.seen));
  }
  device::upload(stream_, memory_.row.first(count), std::span(host_.row));
  device::upload(stream_, memory_.counters.first(count), std::span(host_.counters));
  return sampling;
}

void GpuSampler::draw(const compute::GpuRows<const float>& logits, std::span<const SampleRequest> requests,
                      std::span<compute::Sampled> sampled) {
  const std::size_t count = requests.size();
  const auto results = [&](std::size_t which) { return memory_.results.part(which * count, count); };
  compute::sample(stream_, logits, upload(requests),
                  {results(0).as<std::int32_t>(), results(1).as<float>(), results(2).as<float>(),
                   results(3).as<float>(), results(4)});
  host_.results.resize(5 * count);
  device::download(stream_, std::span(host_.results), memory_.results.first(5 * count));
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = [&](std::size_t which) {
      return std::bit_cast<float>(host_.results[which * count + i]);
    };
    const auto id = static_cast<std::int32_t>(host_.results[i]);
    sampled[i] = {id, 0, 0, 0, host_.results[4 * count + i] != 0};
    if (id < 0) { continue; }  // the kernel wrote no log-probabilities
    sampled[i].logprob = number(1);
    sampled[i].policy_logprob = number(2);
    sampled[i].model_logprob = number(3);
  }
}

double GpuSampler::sample(const compute::GpuRows<const float>& logits,
                          std::span<const SampleRequest> requests, std::span<compute::Sampled> sampled) {
  begin_.record(stream_);
  for (std::size_t first = 0; first < requests.size(); first += memory_.most) {
    const std::size_t count = std::min(memory_.most, requests.size() - first);
    draw(logits, requests.subspan(first, count), sampled.subspan(first, count));
  }
  end_.record(stream_);
  end_.wait();
  return device::seconds_between(begin_, end_);
}

}  // namespace srl::rollout
