#pragma once
// Sampling on a GPU: only ids and log-probabilities come to the host, one step later than they are sampled.
#include <span>
#include <vector>

#include "device/arena.hpp"
#include "device/stream.hpp"
#include "rollout/decode/decoder.hpp"
#include "rollout/sample/gpu_step.hpp"

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
  std::size_t seen_words() const { return seen.size() / most; }
};

class GpuSampler {
 public:
  /// Keeps a reference to the stream.
  GpuSampler(const GpuSamplerMemory& memory, const device::Stream& stream)
      : memory_(memory), stream_(stream) {}
  void begin(const SamplingCall& call);
  /// The ids of the last sample(), for take_sampled().
  device::Span<const std::int32_t> ids() const {
    return memory_.results.first(memory_.most).as<std::int32_t>();
  }
  /// Enqueues. The penalty also concerns the newest ids, which requests may lack. Waits only if there are
  /// more requests than GpuSamplerMemory::most.
  void sample(GpuStep& step, const compute::GpuRows<const float>& logits, const compute::GpuNewestIds& newest,
              std::span<const SampleRequest> requests);
  /// The samples of that step. Waits. Returns the seconds that the GPU took.
  double read(const GpuStep& step, std::span<compute::Sampled> sampled) const;

 private:
  compute::GpuSampling upload(const GpuStep& step, std::span<const SampleRequest> requests);

  GpuSamplerMemory memory_;
  const device::Stream& stream_;
  SamplingCall call_;
};

}  // namespace srl::rollout
