#pragma once
// Sampling on a GPU: only ids and log-probabilities come to the host.
#include <span>
#include <vector>

#include "device/arena.hpp"
#include "device/stream.hpp"
#include "rollout/decode/decoder.hpp"

namespace srl::rollout {

struct GpuSamplerMemory {
  std::size_t most;  ///< samples at a time
  device::Span<std::int32_t> row, banned;
  device::Span<compute::SampleCounters> counters;
  device::Span<float> bias;  ///< [vocabulary]
  device::Span<std::uint32_t> has_bans, seen;
  device::Span<std::uint32_t> results;  ///< ids, three log-probabilities, finite; [samples] each

  static constexpr std::size_t most_banned = 4096;
  /// Memory: device::Arena, or ArenaCount.
  template <class Memory>
  GpuSamplerMemory(std::int64_t vocabulary, std::int64_t most_samples, Memory& memory)
      : most(static_cast<std::size_t>(most_samples)) {
    const auto ids = static_cast<std::size_t>(vocabulary);
    row = memory.template take<std::int32_t>("samples", most);
    banned = memory.template take<std::int32_t>("banned ids", most_banned);
    counters = memory.template take<compute::SampleCounters>("samples", most);
    bias = memory.template take<float>("bias of logits", ids);
    has_bans = memory.template take<std::uint32_t>("samples", most);
    seen = memory.template take<std::uint32_t>("seen ids", most * ((ids + 31) / 32));
    results = memory.template take<std::uint32_t>("samples", 5 * most);
  }
};

class GpuSampler {
 public:
  /// Keeps a reference to the stream.
  GpuSampler(const GpuSamplerMemory& memory, const device::Stream& stream);
  void begin(const SamplingCall& call);
  /// Waits. Returns the seconds that the GPU took.
  double sample(const compute::GpuRows<const float>& logits, std::span<const SampleRequest> requests,
                std::span<compute::Sampled> sampled);

 private:
  void draw(const compute::GpuRows<const float>& logits, std::span<const SampleRequest> requests,
            std::span<compute::Sampled> sampled);
  compute::GpuSampling upload(std::span<const SampleRequest> requests);

  GpuSamplerMemory memory_;
  const device::Stream& stream_;
  device::Event begin_, end_;
  SamplingCall call_;
  /// Arrays of samples that are drawn at once.
  struct {
    std::vector<std::int32_t> row;
    std::vector<compute::SampleCounters> counters;
    std::vector<std::uint32_t> has_bans, seen, results;
  } host_;
};

}  // namespace srl::rollout
