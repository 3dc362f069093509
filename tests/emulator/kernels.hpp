#pragma once
// Kernels of the emulator's own tests: one for each word of CUDA, and two worked examples. `seed` chooses the
// schedule.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace srl::emulator::testing {

/// 12 numbers per thread: threadIdx, blockIdx, blockDim, gridDim.
std::vector<unsigned> indices(const unsigned (&grid)[3], const unsigned (&block)[3], std::uint64_t seed);

enum class Shuffle { from, exclusive_or, up, down };
/// What each of 64 threads (two warps) gets that gives 100 + its number.
std::vector<int> shuffled(Shuffle word, int argument, int width, std::uint64_t seed);
/// The same with doubles, as their values.
std::vector<double> shuffled_doubles(int source, std::uint64_t seed);

/// Per thread of a warp: __ballot_sync, __any_sync and __all_sync of (lane % 3 == 0), lanes below `low` under
/// one mask, the others under another.
std::vector<unsigned> votes(unsigned low, std::uint64_t seed);
/// __syncthreads_or, _and and _count of (thread < limit), by threads that have not left: those below `leave`.
std::vector<int> barrier_votes(int threads, int limit, int leave, std::uint64_t seed);

/// Sums, maxima, minima and a lock-free list length of `threads` threads in `blocks` blocks, by atomics.
std::vector<unsigned> atomics(unsigned blocks, unsigned threads, std::uint64_t seed);

/// The bits of shared memory that no thread wrote to, of a static array and of dynamic memory.
std::vector<unsigned> unwritten_shared(std::uint64_t seed);

/// rows x width in fp32; out = x * weight / sqrt(mean of squares of the row + eps).
void rms_norm(const float* x, const float* weight, int rows, int width, float eps, float* out, int threads,
              std::uint64_t seed);
/// c [m, n] fp32 = a [m, k] b [n, k]^T in bf16, through tiles in shared memory: m and n multiples of 64 and
/// 32, k of 16. Copies of the next tile continue during the product.
void product(const std::uint16_t* a, const std::uint16_t* b, float* c, int m, int n, int k,
             std::uint64_t seed);

/// d [16, 8] += a [16, 16] b [16, 8] by one instruction; b is given as [8, 16].
void one_product(const std::uint16_t* a, const std::uint16_t* b, float* d, std::uint64_t seed);
/// ldmatrix of `count` (1, 2, 4) matrices of 8 x 8: for each lane what its registers hold, two elements each.
std::vector<std::uint16_t> loaded(const std::vector<std::uint16_t>& matrices, int count, bool transposed,
                                  std::uint64_t seed);
/// count floats through copy_async of `bytes` each, zeros from `inside` on.
std::vector<float> copied(const std::vector<float>& from, int bytes, int inside, std::uint64_t seed);

}  // namespace srl::emulator::testing
