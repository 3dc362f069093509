// Computes a batch on a GPU, one warp per pair. The most expensive pairs start first, so that the last pairs
// are short.
#include <cuda_runtime_api.h>

#include <algorithm>
#include <numeric>
#include <source_location>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "reward/batch/coded_batch.hpp"

namespace srl::reward {
namespace {

constexpr int warp = 32, warps_per_block = 4;

void check(cudaError_t error, std::source_location where = std::source_location::current()) {
  if (error != cudaSuccess) {
    throw EnvironmentError(std::string("similarity on the GPU: ") + cudaGetErrorString(error) + " (" +
                           where.file_name() + ":" + std::to_string(where.line()) + ")");
  }
}

// An array in device memory.
template <class T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t count) : count_(count) {
    check(cudaMalloc(reinterpret_cast<void**>(&data_), std::max<std::size_t>(1, count) * sizeof(T)));
  }
  explicit DeviceArray(const std::vector<T>& host) : DeviceArray(host.size()) {
    check(cudaMemcpy(data_, host.data(), count_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  T* data() const { return data_; }
  std::vector<T> to_host() const {
    std::vector<T> host(count_);
    check(cudaMemcpy(host.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost));
    return host;
  }

 private:
  T* data_ = nullptr;
  std::size_t count_;
};

// The Lanes type of pair_matching.hpp. Task k is kept in the registers of lane k.
class WarpLanes {
 public:
  __device__ explicit WarpLanes(int lane) : lane_(lane) {}
  __device__ static constexpr int count() { return warp; }

  template <class Body>
  __device__ std::uint64_t largest(const Body& body) const {
    unsigned long long best = body(lane_);
    for (int offset = warp / 2; offset > 0; offset /= 2) {
      const unsigned long long other = __shfl_xor_sync(everyone, best, offset);
      best = other > best ? other : best;
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

}  // namespace

std::vector<std::int64_t> matched_on_gpu(const CodedBatch& batch, int gpu) {
  std::vector<std::size_t> order(batch.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto cells = [&](std::size_t k) {
    return std::int64_t{batch.pairs()[k].a_size} * batch.pairs()[k].b_size;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t x, std::size_t y) { return cells(x) > cells(y); });
  std::vector<PlacedPair> heaviest_first;
  for (const std::size_t k : order) { heaviest_first.push_back(batch.pairs()[k]); }

  if (order.empty()) { return {}; }
  check(cudaSetDevice(gpu));
  const DeviceArray<std::uint16_t> codes(batch.codes());
  const DeviceArray<PlacedPair> pairs(heaviest_first);
  const DeviceArray<std::int64_t> matched(order.size());
  const int count = order.size(), blocks = (count + warps_per_block - 1) / warps_per_block;
  match_pairs<<<blocks, warp * warps_per_block>>>(pairs.data(), count, codes.data(), matched.data());
  check(cudaGetLastError());
  const std::vector<std::int64_t> sorted = matched.to_host();
  std::vector<std::int64_t> result(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) { result[order[k]] = sorted[k]; }
  return result;
}

}  // namespace srl::reward
