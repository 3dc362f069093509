#pragma once
// top-k, top-p and min-p as one threshold on the weights of a row, by all threads of a block. Only for kernel
// files. Weights are floats in [0, 1], which have the same order as their bits: the threshold is found bit by
// bit, 13, 11 and 8 of them at a time, with histograms of whole numbers. Their sums have no order.
#include "compute/gpu/find_id.hpp"
#include "compute/sampling.hpp"

namespace srl::compute {

constexpr unsigned sampling_threads = 512, sampling_warps = sampling_threads / 32;
constexpr int histogram_bins = 2048;

/// A weight in units of 2^-44. The sum over 2^19 ids fits into 63 bits.
__device__ inline Mass mass_of(float weight) {
  return static_cast<Mass>(weight * 0x1p44F);
}
__device__ inline bool survives(float weight, std::int32_t id, const Cut& cut) {
  return weight > cut.weight || (weight == cut.weight && id <= cut.id);
}
constexpr std::int32_t every_id = 0x7fffffff;

/// Number and mass of the weights in each bin.
struct Histogram {
  unsigned* count;
  Mass* mass;
};

/// The bin, from the highest, where the sum of amount(bin) reaches `target`, and the sum above it. bin < 0 if
/// the sum of all does not reach it.
struct Reached {
  int bin;
  Mass above;
};
template <class Amount>
__device__ Reached reach(Mass target, const Amount& amount) {
  SRL_SHARED(Mass, of_warps, sampling_warps);
  SRL_SHARED(int, bin, 1);
  SRL_SHARED(Mass, above, 1);
  constexpr int per_thread = histogram_bins / static_cast<int>(sampling_threads);
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int highest = histogram_bins - 1 - static_cast<int>(threadIdx.x) * per_thread;
  Mass own = 0;
  for (int i = 0; i < per_thread; ++i) { own += amount(highest - i); }
  const Mass up_to = lanes_up_to(own);
  if (lane == 31) { of_warps[warp] = up_to; }
  if (threadIdx.x == 0) { bin[0] = -1; }
  __syncthreads();
  Mass before = up_to - own;
  for (unsigned other = 0; other < warp; ++other) { before += of_warps[other]; }
  if (before < target && before + own >= target) {
    int i = 0;
    while (before + amount(highest - i) < target) { before += amount(highest - i++); }
    bin[0] = highest - i;
    above[0] = before;
  }
  __syncthreads();
  const Reached result{bin[0], bin[0] < 0 ? 0 : above[0]};
  __syncthreads();  // the arrays are written again by the next call
  return result;
}

/// Fills the histogram with the weights inside `within` whose bits above `shift + bits` are `prefix`.
template <class Weight>
__device__ void fill(const Histogram& histogram, std::int32_t count, const Weight& weight, const Cut& within,
                     int shift, int bits, unsigned prefix) {
  for (unsigned bin = threadIdx.x; bin < histogram_bins; bin += sampling_threads) {
    histogram.count[bin] = 0;
    histogram.mass[bin] = 0;
  }
  __syncthreads();
  for (auto id = static_cast<std::int32_t>(threadIdx.x); id < count;
       id += static_cast<std::int32_t>(sampling_threads)) {
    const float w = weight(id);
    const unsigned word = __float_as_uint(w);
    if (w <= 0 || std::uint64_t{word} >> (shift + bits) != prefix || !survives(w, id, within)) { continue; }
    const unsigned bin = word >> shift & ((1u << bits) - 1);
    atomicAdd(histogram.count + bin, 1u);
    atomicAdd(histogram.mass + bin, mass_of(w));
  }
  __syncthreads();
}

/// Lowers the cut to the first weights of `within`, greatest first and ties by id, whose number (or mass)
/// reaches `target`. Without so many, the cut stays.
template <class Weight>
__device__ Cut lowered(const Histogram& histogram, std::int32_t count, const Weight& weight,
                       const Cut& within, bool by_mass, Mass target) {
  const auto amount = [&](int bin) { return by_mass ? histogram.mass[bin] : Mass{histogram.count[bin]}; };
  constexpr int shifts[3] = {19, 8, 0}, widths[3] = {13, 11, 8};
  unsigned prefix = 0;
  Reached reached{};
  for (int level = 0; level < 3; ++level) {
    fill(histogram, count, weight, within, shifts[level], widths[level], prefix);
    reached = reach(target, amount);
    if (reached.bin < 0) { return within; }
    target -= reached.above;
    prefix = prefix << widths[level] | static_cast<unsigned>(reached.bin);
  }
  // All weights of the last bin are equal.
  Cut cut{__uint_as_float(prefix), every_id};
  const Mass equal = histogram.count[reached.bin], each = by_mass ? mass_of(cut.weight) : 1;
  const Mass needed = (target + each - 1) / each;
  __syncthreads();  // the histogram is filled again by the next call
  if (needed < equal) {
    cut.id = find_id<sampling_warps>(count, needed - 1, [&](std::int32_t id) {
      return Mass{weight(id) == cut.weight && survives(cut.weight, id, within) ? 1u : 0u};
    });
  }
  return cut;
}

/// The cut of all three rules. The greatest weight is 1.
template <class Weight>
__device__ Cut cut_of(const Histogram& histogram, std::int32_t count, const Weight& weight,
                      const SamplingRule& rule) {
  Cut cut{0.0F, -1};  // everything with a weight above 0
  if (rule.top_k > 0) { cut = lowered(histogram, count, weight, cut, false, static_cast<Mass>(rule.top_k)); }
  if (rule.top_p < 1) {
    Mass total = 0;
    for (auto id = static_cast<std::int32_t>(threadIdx.x); id < count;
         id += static_cast<std::int32_t>(sampling_threads)) {
      const float w = weight(id);
      total += survives(w, id, cut) ? mass_of(w) : 0;
    }
    const auto target = static_cast<Mass>(ceil(rule.top_p * static_cast<double>(block_sum(total))));
    cut = lowered(histogram, count, weight, cut, true, larger(target, Mass{1}));
  }
  const auto floor = static_cast<float>(rule.min_p);
  if (rule.min_p > 0 && floor > cut.weight) { cut = {floor, every_id}; }
  return cut;
}

}  // namespace srl::compute
