// Sampled ids that stay in the GPU's memory, so that the next forward need not wait for the host.
#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/vectors.hpp"
#include "compute/sampling.hpp"

namespace srl::compute {
namespace {

constexpr unsigned threads = 128;

/// One thread per row.
__global__ void take_kernel(std::int32_t* ids, const std::int32_t* sampled, std::int64_t count) {
  const std::int64_t r = first_index<1>();
  if (r >= count || ids[r] >= 0) { return; }
  const std::int32_t id = sampled[-1 - ids[r]];
  ids[r] = id < 0 ? 0 : id;  // nothing could be sampled: the host will say so
}

/// All in the GPU's memory.
struct Newest {
  const std::int32_t *ids, *rows, *row;  ///< `row` of a sample: its row of the logits
  std::uint32_t* seen;
  std::int64_t words;
};

/// One thread per sample.
__global__ void add_kernel(Newest of, std::int64_t samples) {
  const std::int64_t s = first_index<1>();
  if (s >= samples) { return; }
  const std::int32_t id = of.ids[of.rows[of.row[s]]];
  of.seen[s * of.words + id / 32] |= 1u << id % 32;
}

}  // namespace

void take_sampled(const Stream& stream, Span<std::int32_t> ids, Span<const std::int32_t> sampled) {
  if (ids.empty()) { return; }
  device::launch<take_kernel>(stream, {device::blocks_for(ids.size(), threads), threads}, ids.data(),
                              sampled.data(), static_cast<std::int64_t>(ids.size()));
}

void add_newest(const Stream& stream, const GpuNewestIds& newest, const GpuSampling& sampling,
                std::int64_t vocabulary) {
  if (sampling.seen.empty()) { return; }
  const std::size_t samples = sampling.row.size();
  const std::int64_t words = (vocabulary + 31) / 32;
  check_size("newest ids", sampling.seen.size(), samples * static_cast<std::size_t>(words), "seen ids");
  device::launch<add_kernel>(
      stream, {device::blocks_for(samples, threads), threads},
      Newest{newest.ids.data(), newest.rows.data(), sampling.row.data(), sampling.seen.data(), words},
      static_cast<std::int64_t>(samples));
}

}  // namespace srl::compute
