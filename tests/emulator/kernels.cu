#include "emulator/kernels.hpp"
#include "emulator/run_kernel.hpp"
#include "emulator/tiles.hpp"
#include "emulator/words.hpp"

namespace srl::emulator::testing {
namespace {

__global__ void indices_kernel(unsigned* out) {
  const unsigned in_block = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const unsigned values[12] = {threadIdx.x, threadIdx.y, threadIdx.z, blockIdx.x, blockIdx.y, blockIdx.z,
                               blockDim.x,  blockDim.y,  blockDim.z,  gridDim.x,  gridDim.y,  gridDim.z};
  unsigned* const mine = out + 12 * (block * blockDim.x * blockDim.y * blockDim.z + in_block);
  for (int i = 0; i < 12; ++i) { mine[i] = values[i]; }
}

__global__ void shuffle_kernel(Shuffle word, int argument, int width, int* out) {
  const int mine = 100 + static_cast<int>(threadIdx.x);
  int got = 0;
  switch (word) {
    case Shuffle::from: got = __shfl_sync(everyone, mine, argument, width); break;
    case Shuffle::exclusive_or: got = __shfl_xor_sync(everyone, mine, argument, width); break;
    case Shuffle::up: got = __shfl_up_sync(everyone, mine, static_cast<unsigned>(argument), width); break;
    case Shuffle::down: got = __shfl_down_sync(everyone, mine, static_cast<unsigned>(argument), width); break;
  }
  out[threadIdx.x] = got;
}

__global__ void shuffle_doubles_kernel(int source, double* out) {
  out[threadIdx.x] = __shfl_sync(everyone, 0.1 * (1.0 + threadIdx.x), source);
}

__global__ void votes_kernel(unsigned low, unsigned* out) {
  const unsigned lane = threadIdx.x, low_lanes = low == 32 ? everyone : (1u << low) - 1;
  const bool vote = lane % 3 == 0;
  if (lane < low) {
    out[3 * lane] = __ballot_sync(low_lanes, vote);
    out[3 * lane + 1] = static_cast<unsigned>(__any_sync(low_lanes, vote));
    out[3 * lane + 2] = static_cast<unsigned>(__all_sync(low_lanes, vote));
  } else {
    out[3 * lane] = __ballot_sync(~low_lanes, vote);
    out[3 * lane + 1] = static_cast<unsigned>(__any_sync(~low_lanes, vote));
    out[3 * lane + 2] = static_cast<unsigned>(__all_sync(~low_lanes, vote));
  }
}

__global__ void barrier_votes_kernel(int limit, int leave, int* out) {
  const int me = static_cast<int>(threadIdx.x);
  if (me < leave) { return; }
  out[3 * me] = __syncthreads_or(me < limit);
  out[3 * me + 1] = __syncthreads_and(me < limit);
  out[3 * me + 2] = __syncthreads_count(me < limit);
}

__global__ void atomics_kernel(unsigned* out) {
  const unsigned me = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(&out[0], me + 1);
  atomicMax(&out[1], me * 7 % 101);
  atomicMin(&out[2], me * 7 % 101);
  unsigned seen = 0;
  for (;;) {  // adds one by compare and swap
    const unsigned before = atomicCAS(&out[3], seen, seen + 1);
    if (before == seen) { break; }
    seen = before;
  }
  atomicOr(&out[4], 1u << (me % 32));
  atomicAnd(&out[5], ~(1u << (me % 8)));
}

__global__ void unwritten_kernel(unsigned* out) {
  SRL_SHARED(float, array, 64);
  const float* const dynamic = dynamic_shared<float>();
  out[2 * threadIdx.x] = __float_as_uint(array[threadIdx.x]);
  out[2 * threadIdx.x + 1] = __float_as_uint(dynamic[threadIdx.x]);
}

/// Sum over the block's threads, returned to each. The block is a whole number of warps.
__device__ float block_sum(float value) {
  SRL_SHARED(float, of_warps, 32);
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  for (int offset = 16; offset > 0; offset /= 2) { value += __shfl_xor_sync(everyone, value, offset); }
  if (lane == 0) { of_warps[warp] = value; }
  __syncthreads();
  value = lane < blockDim.x / 32 ? of_warps[lane] : 0.0F;
  for (int offset = 16; offset > 0; offset /= 2) { value += __shfl_xor_sync(everyone, value, offset); }
  __syncthreads();  // of_warps may be written again by the next call
  return value;
}

__global__ void rms_norm_kernel(const float* x, const float* weight, int width, float eps, float* out) {
  const float* const row = x + static_cast<std::ptrdiff_t>(blockIdx.x) * width;
  float* const to = out + static_cast<std::ptrdiff_t>(blockIdx.x) * width;
  const int first = static_cast<int>(threadIdx.x), step = static_cast<int>(blockDim.x);
  float sum = 0;
  for (int i = first; i < width; i += step) { sum += row[i] * row[i]; }
  const float scale = rsqrtf(block_sum(sum) / static_cast<float>(width) + eps);
  for (int i = first; i < width; i += step) { to[i] = row[i] * scale * weight[i]; }
}

/// A block of 4 warps makes a tile of 64 x 32, each warp 16 rows of it.
__global__ void product_kernel(const std::uint16_t* a, const std::uint16_t* b, float* c, int n, int k) {
  constexpr int rows = 64, columns = 32, depth = 16;
  auto* const tiles = dynamic_shared<std::uint16_t>();  // two of [rows + columns, depth]
  constexpr int tile = (rows + columns) * depth;
  const int me = static_cast<int>(threadIdx.x), lane = me % 32, warp = me / 32;
  const int row0 = static_cast<int>(blockIdx.y) * rows, column0 = static_cast<int>(blockIdx.x) * columns;
  const auto fetch = [&](int step) {  // 8 elements a copy, 192 copies a tile
    for (int piece = me; piece < tile / 8; piece += 128) {
      const int row = piece / 2, at = step * depth + piece % 2 * 8;
      const std::uint16_t* const from = row < rows
                                            ? a + static_cast<std::ptrdiff_t>(row0 + row) * k + at
                                            : b + static_cast<std::ptrdiff_t>(column0 + row - rows) * k + at;
      device::copy_async<16>(tiles + step % 2 * tile + piece * 8, from);
    }
    device::copy_async_commit();
  };
  float d[4][4] = {};
  fetch(0);
  const int steps = k / depth;
  for (int step = 0; step < steps; ++step) {
    if (step + 1 < steps) {
      fetch(step + 1);
      device::copy_async_wait<1>();
    } else {
      device::copy_async_wait<0>();
    }
    __syncthreads();
    const std::uint16_t* const left = tiles + step % 2 * tile;
    const std::uint16_t* const right = left + rows * depth;
    std::uint32_t fa[4];
    device::load_matrices(fa, left + (warp * 16 + lane % 16) * depth + lane / 16 * 8);
    for (int part = 0; part < 4; ++part) {
      std::uint32_t fb[2];
      device::load_matrices(fb, right + (part * 8 + lane % 8) * depth + lane / 8 % 2 * 8);
      device::mma_16816(d[part], fa, fb);
    }
    __syncthreads();  // the tile is filled again two steps later
  }
  for (int part = 0; part < 4; ++part) {
    for (int i = 0; i < 4; ++i) {
      const int row = row0 + warp * 16 + lane / 4 + i / 2 * 8,
                column = column0 + part * 8 + lane % 4 * 2 + i % 2;
      c[static_cast<std::ptrdiff_t>(row) * n + column] = d[part][i];
    }
  }
}

__device__ std::uint32_t pair(const std::uint16_t* two) {
  return static_cast<std::uint32_t>(two[0]) | static_cast<std::uint32_t>(two[1]) << 16;
}

__global__ void one_product_kernel(const std::uint16_t* a, const std::uint16_t* b, float* d) {
  const unsigned group = threadIdx.x / 4, t = threadIdx.x % 4;
  const std::uint32_t fa[4] = {pair(a + group * 16 + 2 * t), pair(a + (group + 8) * 16 + 2 * t),
                               pair(a + group * 16 + 2 * t + 8), pair(a + (group + 8) * 16 + 2 * t + 8)};
  const std::uint32_t fb[2] = {pair(b + group * 16 + 2 * t), pair(b + group * 16 + 2 * t + 8)};
  float sums[4];
  for (unsigned i = 0; i < 4; ++i) { sums[i] = d[(group + i / 2 * 8) * 8 + 2 * t + i % 2]; }
  device::mma_16816(sums, fa, fb);
  for (unsigned i = 0; i < 4; ++i) { d[(group + i / 2 * 8) * 8 + 2 * t + i % 2] = sums[i]; }
}

template <int count, bool transposed>
__global__ void load_kernel(const std::uint16_t* matrices, std::uint32_t* out) {
  SRL_SHARED(std::uint16_t, rows, 4 * 64);
  for (int i = static_cast<int>(threadIdx.x); i < count * 64; i += 32) { rows[i] = matrices[i]; }
  __syncwarp();
  std::uint32_t r[count];
  const std::uint16_t* const row = rows + threadIdx.x % (8 * count) * 8;
  if constexpr (transposed) {
    device::load_matrices_transposed(r, row);
  } else {
    device::load_matrices(r, row);
  }
  for (int i = 0; i < count; ++i) { out[threadIdx.x * count + static_cast<unsigned>(i)] = r[i]; }
}

template <int bytes>
__global__ void copy_kernel(const float* from, int inside, float* to) {
  constexpr int floats = bytes / 4;
  float* const shared = dynamic_shared<float>();
  const int at = static_cast<int>(threadIdx.x) * floats;
  device::copy_async<bytes>(shared + at, from + at, at < inside);
  device::copy_async_commit();
  device::copy_async_wait<0>();
  __syncthreads();
  const int other = static_cast<int>(blockDim.x - 1 - threadIdx.x) * floats;  // another thread's copy
  for (int i = 0; i < floats; ++i) { to[other + i] = shared[other + i]; }
}

}  // namespace

std::vector<unsigned> indices(const unsigned (&grid)[3], const unsigned (&block)[3], std::uint64_t seed) {
  const unsigned blocks = grid[0] * grid[1] * grid[2], threads = block[0] * block[1] * block[2];
  std::vector<unsigned> out(std::size_t{12} * blocks * threads);
  run_kernel<indices_kernel>({grid[0], grid[1], grid[2]}, {block[0], block[1], block[2]}, 0, seed,
                             out.data());
  return out;
}
std::vector<int> shuffled(Shuffle word, int argument, int width, std::uint64_t seed) {
  std::vector<int> out(64);
  run_kernel<shuffle_kernel>(1, 64, 0, seed, word, argument, width, out.data());
  return out;
}
std::vector<double> shuffled_doubles(int source, std::uint64_t seed) {
  std::vector<double> out(32);
  run_kernel<shuffle_doubles_kernel>(1, 32, 0, seed, source, out.data());
  return out;
}
std::vector<unsigned> votes(unsigned low, std::uint64_t seed) {
  std::vector<unsigned> out(96);
  run_kernel<votes_kernel>(1, 32, 0, seed, low, out.data());
  return out;
}
std::vector<int> barrier_votes(int threads, int limit, int leave, std::uint64_t seed) {
  std::vector<int> out(static_cast<std::size_t>(3 * threads), -1);
  run_kernel<barrier_votes_kernel>(1, static_cast<unsigned>(threads), 0, seed, limit, leave, out.data());
  return out;
}
std::vector<unsigned> atomics(unsigned blocks, unsigned threads, std::uint64_t seed) {
  std::vector<unsigned> out = {0, 0, 1000, 0, 0, 0xff};
  run_kernel<atomics_kernel>(blocks, threads, 0, seed, out.data());
  return out;
}
std::vector<unsigned> unwritten_shared(std::uint64_t seed) {
  std::vector<unsigned> out(128);
  run_kernel<unwritten_kernel>(1, 64, 64 * sizeof(float), seed, out.data());
  return out;
}
void rms_norm(const float* x, const float* weight, int rows, int width, float eps, float* out, int threads,
              std::uint64_t seed) {
  run_kernel<rms_norm_kernel>(static_cast<unsigned>(rows), static_cast<unsigned>(threads), 0, seed, x, weight,
                              width, eps, out);
}
void product(const std::uint16_t* a, const std::uint16_t* b, float* c, int m, int n, int k,
             std::uint64_t seed) {
  run_kernel<product_kernel>({static_cast<unsigned>(n / 32), static_cast<unsigned>(m / 64)}, 128,
                             2 * 96 * 16 * sizeof(std::uint16_t), seed, a, b, c, n, k);
}
void one_product(const std::uint16_t* a, const std::uint16_t* b, float* d, std::uint64_t seed) {
  run_kernel<one_product_kernel>(1, 32, 0, seed, a, b, d);
}
std::vector<std::uint16_t> loaded(const std::vector<std::uint16_t>& matrices, int count, bool transposed,
                                  std::uint64_t seed) {
  std::vector<std::uint32_t> out(static_cast<std::size_t>(32 * count));
  const auto run_for = [&]<int n>() {
    if (transposed) {
      run_kernel<load_kernel<n, true>>(1, 32, 0, seed, matrices.data(), out.data());
    } else {
      run_kernel<load_kernel<n, false>>(1, 32, 0, seed, matrices.data(), out.data());
    }
  };
  count == 1 ? run_for.operator()<1>() : count == 2 ? run_for.operator()<2>() : run_for.operator()<4>();
  std::vector<std::uint16_t> halves;
  for (const std::uint32_t word : out) {
    halves.push_back(static_cast<std::uint16_t>(word));
    halves.push_back(static_cast<std::uint16_t>(word >> 16));
  }
  return halves;
}
std::vector<float> copied(const std::vector<float>& from, int bytes, int inside, std::uint64_t seed) {
  std::vector<float> to(from.size());
  const unsigned threads = static_cast<unsigned>(from.size() * 4) / static_cast<unsigned>(bytes);
  const std::size_t shared = from.size() * sizeof(float);
  switch (bytes) {
    case 4: run_kernel<copy_kernel<4>>(1, threads, shared, seed, from.data(), inside, to.data()); break;
    case 8: run_kernel<copy_kernel<8>>(1, threads, shared, seed, from.data(), inside, to.data()); break;
    default: run_kernel<copy_kernel<16>>(1, threads, shared, seed, from.data(), inside, to.data()); break;
  }
  return to;
}

}  // namespace srl::emulator::testing
