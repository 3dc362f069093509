#pragma once
// The host's side of a step on a GPU. There are two of them: the host fills one while the GPU still reads and
// writes the other.
#include <vector>

#include "compute/sampling.hpp"
#include "device/memory.hpp"

namespace srl::rollout {

/// Pinned memory of the copies of a step. The host must wait for `end` before it reads or writes any of it.
struct GpuStep {
  /// Elements in pinned memory.
  template <class T>
  struct Array {
    device::PinnedMemory memory;
    Array(const device::Device& device, std::size_t size) : memory(device, size * sizeof(T)) {}
    device::PinnedSpan<T> first(std::size_t size) const { return memory.as<T>().first(size); }
    device::PinnedSpan<T> all() const { return memory.as<T>(); }
  };

  Array<std::int32_t> arrays;  ///< of the rows of the forward (gpu_plan.hpp)
  // Of the samples, as GpuSamplerMemory has them.
  Array<std::int32_t> row;
  Array<compute::SampleCounters> counters;
  Array<std::uint32_t> has_bans, seen, results;
  device::Event begin;  ///< of sampling
  device::Event end;    ///< of all work of the step

  std::size_t samples = 0;                ///< in `results`
  std::vector<compute::Sampled> earlier;  ///< read already, where there are more samples than fit
  bool unread = false;

  /// `most` samples at a time, with `seen_words` words of seen ids each.
  GpuStep(const device::Device& device, std::size_t array_elements, std::size_t most, std::size_t seen_words)
      : arrays(device, array_elements),
        row(device, most),
        counters(device, most),
        has_bans(device, most),
        seen(device, most * seen_words),
        results(device, 5 * most),
        begin(device, device::Event::Timing::on),
        end(device, device::Event::Timing::on) {}
};

}  // namespace srl::rollout
