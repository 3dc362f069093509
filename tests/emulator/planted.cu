#include "emulator/planted.hpp"
#include "emulator/run_kernel.hpp"
#include "emulator/shared_helper.hpp"
#include "emulator/tiles.hpp"
#include "emulator/words.hpp"

namespace srl::emulator::testing {
namespace {

/// Calls run_for with `bug` as its template argument. `last` is the last value of the enum.
template <auto last, class Run>
void with(decltype(last) bug, Run run_for) {
  using Bug = decltype(last);
  const auto run_if = [&]<Bug planted>() {
    if (bug == planted) { run_for.template operator()<planted>(); }
  };
  [&]<int... i>(std::integer_sequence<int, i...>) {
    (run_if.template operator()<Bug{i}>(), ...);
  }(std::make_integer_sequence<int, static_cast<int>(last) + 1>());
}

template <SumBug bug>
__device__ float block_sum(float value) {
  SRL_SHARED(float, of_threads, 256);
  of_threads[threadIdx.x] = value;
  if constexpr (bug != SumBug::no_barrier_before_reading) { __syncthreads(); }
  float sum = 0;
  for (unsigned t = 0; t < blockDim.x; ++t) { sum += of_threads[t]; }
  if constexpr (bug != SumBug::no_barrier_before_the_next_sum) { __syncthreads(); }
  return sum;
}

template <SumBug bug>
__global__ void two_sums_kernel(float* out) {
  const float mine = static_cast<float>(threadIdx.x + 1);
  const float first = block_sum<bug>(mine);
  const float second = block_sum<bug>(2 * mine);
  out[threadIdx.x] = second - first;
}

template <ExchangeBug bug>
__global__ void exchange_kernel(int* out) {
  SRL_SHARED(int, of_lanes, 32);
  put_number(of_lanes, static_cast<int>(threadIdx.x));  // in a function that other files have as well
  if constexpr (bug != ExchangeBug::no_syncwarp) { __syncwarp(); }
  out[threadIdx.x] = of_lanes[(threadIdx.x + 1) % 32];
}

template <ShuffleBug bug>
__global__ void warp_sum_kernel(int* out) {
  const unsigned lane = threadIdx.x;
  int sum = static_cast<int>(lane) + 1;
  if constexpr (bug == ShuffleBug::lane_5_leaves) {
    if (lane == 5) { return; }
  }
  if constexpr (bug == ShuffleBug::mask_without_the_caller) {
    out[lane] = __shfl_xor_sync(~(1u << 5), sum, 1);
    return;
  }
  if constexpr (bug == ShuffleBug::another_line) {
    if (lane == 5) {
      sum += __shfl_xor_sync(everyone, sum, 16);
    } else {
      sum += __shfl_xor_sync(everyone, sum, 16);
    }
  }
  for (int offset = 16; offset > 0; offset /= 2) {
    if (bug == ShuffleBug::lane_5_skips_all && lane == 5) { break; }
    if (bug == ShuffleBug::lane_5_skips_one && lane == 5 && offset == 4) { continue; }
    sum += __shfl_xor_sync(everyone, sum, offset);
  }
  if (__any_sync(everyone, sum < 0)) { sum = 0; }
  out[lane] = sum;
}

template <BarrierBug bug>
__global__ void barrier_kernel(int* out) {
  int passed = 0;
  if constexpr (bug == BarrierBug::in_a_branch) {
    if (threadIdx.x < 40) {
      __syncthreads();
      ++passed;
    } else {
      passed = __shfl_sync(everyone, 1, 8);  // with lanes that wait at the barrier
    }
  } else if constexpr (bug == BarrierBug::another_one_in_each_branch) {
    if (threadIdx.x < 40) {
      __syncthreads();
    } else {
      __syncthreads();
    }
  } else {
    const unsigned rounds = bug == BarrierBug::in_a_loop_of_other_length ? 1 + threadIdx.x / 32 : 2;
    for (unsigned round = 0; round < rounds; ++round) { __syncthreads(), ++passed; }
    passed += __syncthreads_count(1);
  }
  if (threadIdx.x == 0) { *out = passed; }
}

template <FragmentBug bug>
__global__ void product_kernel(const std::uint16_t* a, const std::uint16_t* b, float* c) {
  const auto two = [](const std::uint16_t* p) {
    return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 16;
  };
  unsigned group = threadIdx.x / 4, t = threadIdx.x % 4;
  const unsigned row = bug == FragmentBug::rows_exchanged ? 7 - group : group;
  const unsigned column = bug == FragmentBug::columns_exchanged ? (t + 1) % 4 : t;
  const unsigned second = bug == FragmentBug::halves_exchanged ? 0 : 8, first = 8 - second;
  const std::uint32_t fa[4] = {
      two(a + row * 16 + 2 * column + first), two(a + (row + 8) * 16 + 2 * column + first),
      two(a + row * 16 + 2 * column + second), two(a + (row + 8) * 16 + 2 * column + second)};
  const std::uint32_t fb[2] = {two(b + group * 16 + 2 * t), two(b + group * 16 + 2 * t + 8)};
  float d[4] = {};
  device::mma_16816(d, fa, fb);
  for (unsigned i = 0; i < 4; ++i) { c[(group + i / 2 * 8) * 8 + 2 * t + i % 2] = d[i]; }
}

template <CopyBug bug>
__global__ void copies_kernel(const float* from, float* out) {
  SRL_SHARED(float, tile, 32);
  device::copy_async<4>(tile + threadIdx.x, from + threadIdx.x);
  if constexpr (bug != CopyBug::no_commit) { device::copy_async_commit(); }
  if constexpr (bug != CopyBug::no_wait) { device::copy_async_wait<0>(); }
  if constexpr (bug != CopyBug::no_barrier_after_the_wait) { __syncthreads(); }
  out[threadIdx.x] = tile[(threadIdx.x + 1) % 32];
}

template <StoreBug bug>
__global__ void store_kernel(int* global, int one) {  // the compiler does not know that it is 1
  SRL_SHARED(int, shared, 64);
  int* const dynamic = dynamic_shared<int>();
  const int me = static_cast<int>(threadIdx.x);
  shared[bug == StoreBug::two_threads && me == 63 ? 3 : me] = me;
  dynamic[me] = me;
  __syncthreads();
  if (bug == StoreBug::behind_the_end && me == 63) { dynamic[0] = shared[me + one]; }
  if (bug == StoreBug::before_the_begin && me == 0) { dynamic[0] = shared[me - one]; }
  if (bug == StoreBug::behind_dynamic && me == 63) { dynamic[me + one] = 1; }
  const int block = bug == StoreBug::two_blocks ? 0 : static_cast<int>(blockIdx.x);
  if (me == 0) { global[block] = shared[bug == StoreBug::two_threads ? 3 : 63]; }
}

template <CountBug bug>
__global__ void count_kernel(int* out) {
  SRL_SHARED(int, count, 1);
  if (threadIdx.x == 0) { count[0] = 0; }
  __syncthreads();
  if constexpr (bug == CountBug::none) {
    atomicAdd(&count[0], 1);
  } else {
    const int before = count[0];
    __syncwarp();
    count[0] = before + 1;
  }
  __syncthreads();
  if (threadIdx.x == 0) { *out = count[0]; }
}

__global__ void nothing_kernel() {}

__global__ void static_shared_kernel() {
  SRL_SHARED(float, first, 8192);
  SRL_SHARED(float, second, 8192);
  first[threadIdx.x] = second[threadIdx.x];
}

}  // namespace

float two_sums(SumBug bug, std::uint64_t seed) {
  std::vector<float> out(256);
  const auto run_for = [&]<SumBug b>() { run_kernel<two_sums_kernel<b>>(1, 256, 0, seed, out.data()); };
  with<SumBug::no_barrier_before_the_next_sum>(bug, run_for);
  for (const float sum : out) {
    if (sum != out[0]) { return -1; }
  }
  return out[0];
}

std::vector<int> exchanged(ExchangeBug bug, std::uint64_t seed) {
  std::vector<int> out(32);
  if (bug == ExchangeBug::none) {
    run_kernel<exchange_kernel<ExchangeBug::none>>(1, 32, 0, seed, out.data());
  } else {
    run_kernel<exchange_kernel<ExchangeBug::no_syncwarp>>(1, 32, 0, seed, out.data());
  }
  return out;
}

std::vector<int> warp_sum(ShuffleBug bug, std::uint64_t seed) {
  std::vector<int> out(32);
  const auto run_for = [&]<ShuffleBug b>() { run_kernel<warp_sum_kernel<b>>(1, 32, 0, seed, out.data()); };
  with<ShuffleBug::another_line>(bug, run_for);
  return out;
}

int meet_at_barriers(BarrierBug bug, std::uint64_t seed) {
  int out = 0;
  const auto run_for = [&]<BarrierBug b>() { run_kernel<barrier_kernel<b>>(1, 64, 0, seed, &out); };
  with<BarrierBug::in_a_loop_of_other_length>(bug, run_for);
  return out;
}

std::vector<float> product_by_hand(FragmentBug bug) {
  std::vector<std::uint16_t> a, b(8 * 16);
  for (int i = 0; i < 256; ++i) {
    a.push_back(static_cast<std::uint16_t>(__float_as_uint(static_cast<float>(i)) >> 16));
  }
  for (std::size_t i = 0; i < 8; ++i) { b[i * 16 + i] = 0x3f80; }
  std::vector<float> c(128);
  const auto run_for = [&]<FragmentBug f>() {
    run_kernel<product_kernel<f>>(1, 32, 0, 0, a.data(), b.data(), c.data());
  };
  with<FragmentBug::halves_exchanged>(bug, run_for);
  return c;
}

std::vector<float> through_copies(CopyBug bug, std::uint64_t seed) {
  std::vector<float> from(32), out(32);
  for (std::size_t i = 0; i < 32; ++i) { from[i] = static_cast<float>(i + 1); }
  const auto run_for = [&]<CopyBug b>() {
    run_kernel<copies_kernel<b>>(1, 32, 0, seed, from.data(), out.data());
  };
  with<CopyBug::no_commit>(bug, run_for);
  return out;
}

int stored(StoreBug bug, std::uint64_t seed) {
  std::vector<int> out(2);
  const auto run_for = [&]<StoreBug b>() {
    run_kernel<store_kernel<b>>(2, 64, 64 * sizeof(int), seed, out.data(), 1);
  };
  with<StoreBug::behind_dynamic>(bug, run_for);
  return out[0];
}

int counted(CountBug bug, std::uint64_t seed) {
  int out = 0;
  if (bug == CountBug::none) {
    run_kernel<count_kernel<CountBug::none>>(1, 96, 0, seed, &out);
  } else {
    run_kernel<count_kernel<CountBug::not_atomic>>(1, 96, 0, seed, &out);
  }
  return out;
}

void launch_nothing(dim3 grid, dim3 block, std::size_t shared) {
  run_kernel<nothing_kernel>(grid, block, shared, 0);
}

void take_static_shared() {
  run_kernel<static_shared_kernel>(1, 32, 0, 0);
}

}  // namespace srl::emulator::testing
