// Computes a batch on a GPU, one warp per pair. The most expensive pairs start first, so that the last pairs
// are short.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "device/kernel.hpp"
#include "device/memory.hpp"
#include "reward/batch/coded_batch.hpp"

namespace srl::reward {
namespace {

constexpr int warp = 32, warps_per_block = 4;

// The Lanes type of pair_matching.hpp. Task k is kept in the registers of lane k.
class WarpLanes {
 public:
  __device__ explicit WarpLanes(int lane) : lane_(lane) {}
  __device__ static constexpr int count() { return warp; }

  template <class Body>
  __device__ std::uint64_t largest(const Body& body) const {
    unsigned long long best = body(lane_);
    for (int offset = warp / 2; offset > 0; offset /= 2) {
      best = larger(best, __shfl_xor_sync(everyone, best, offset));
    }
    return best;
  }

  __device__ void keep(int k, const RegionTask& task) {
    if (lane_ == k) { mine_ = task; }
  }

  __device__ RegionTask kept(int k) const {
    const auto of = [&](std::int32_t value) { return __shfl_sync(everyone, value, k); };
    return {
        {of(mine_.region.a_begin), of(mine_.region.a_end), of(mine_.region.b_begin), of(mine_.region.b_end)},
        of(mine_.limit)};
  }

 private:
  static constexpr unsigned everyone = 0xffffffffu;
  int lane_;
  RegionTask mine_;
};
static_assert(waiting_tasks == warp);

__global__ void match_pairs(const PlacedPair* pairs, int count, const std::uint16_t* codes,
                            std::int64_t* matched) {
  const int block = blockIdx.x, thread = threadIdx.x;
  const int pair = block * warps_per_block + thread / warp, lane = thread % warp;
  if (pair >= count) { return; }
  WarpLanes lanes(lane);
  const std::int64_t result = matched_by_lanes(lanes, pairs[pair].on(codes));
  if (lane == 0) { matched[pair] = result; }
}

// Places of the batch's pairs, those of the most cells first.
std::vector<std::size_t> heaviest_first(const CodedBatch& batch) {
  std::vector<std::size_t> order(batch.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto cells = [&](std::size_t k) {
    return std::int64_t{batch.pairs()[k].a_size} * batch.pairs()[k].b_size;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t x, std::size_t y) { return cells(x) > cells(y); });
  return order;
}

}  // namespace

std::vector<std::int64_t> matched_on_gpu(const CodedBatch& batch, const device::Stream& stream,
                                         device::Span<std::byte> workspace) {
  if (batch.size() == 0) { return {}; }
  const std::vector<std::size_t> order = heaviest_first(batch);
  std::vector<PlacedPair> sorted;
  for (const std::size_t k : order) { sorted.push_back(batch.pairs()[k]); }

  // Results and pairs come first because their elements are larger, so all parts are aligned.
  const auto matched = workspace.first(order.size() * sizeof(std::int64_t)).as<std::int64_t>();
  const auto pairs = workspace.part(matched.bytes(), order.size() * sizeof(PlacedPair)).as<PlacedPair>();
  const auto codes =
      workspace.part(matched.bytes() + pairs.bytes(), batch.codes().size() * sizeof(std::uint16_t))
          .as<std::uint16_t>();
  device::upload(stream, pairs, sorted);
  device::upload(stream, codes, batch.codes());
  const int count = static_cast<int>(order.size());
  device::launch<match_pairs>(stream,
                              {device::blocks_for(order.size(), warps_per_block), warp * warps_per_block},
                              pairs.data(), count, codes.data(), matched.data());
  std::vector<std::int64_t> found(order.size()), result(order.size());
  device::download(stream, std::span(found), matched);
  for (std::size_t k = 0; k < order.size(); ++k) { result[order[k]] = found[k]; }
  return result;
}

}  // namespace srl::reward
