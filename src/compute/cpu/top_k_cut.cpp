// top-k, top-p and min-p as one threshold on the weights.
#include <algorithm>
#include <bit>
#include <limits>

#include "compute/sampling.hpp"

namespace srl::compute {
namespace {

// Floats in [0, 1] have the same order as their bits. The leading 13 bits (sign, exponent, 4 of the mantissa)
// give the bin, 1/16 of an octave wide.
constexpr int bin_shift = 19;
constexpr std::size_t bins = (std::bit_cast<std::uint32_t>(1.0f) >> bin_shift) + 1;

std::size_t bin_of(float weight) {
  return std::bit_cast<std::uint32_t>(weight) >> bin_shift;
}

bool before(const Candidate& a, const Candidate& b) {
  return a.weight > b.weight || (a.weight == b.weight && a.id < b.id);
}

bool survives(float weight, std::int32_t id, const Cut& cut) {
  return weight > cut.weight || (weight == cut.weight && id <= cut.id);
}

/// Entries of one bin that are inside `within`, greatest weight first, ties by id.
void sort_bin(std::span<const float> weights, std::size_t bin, const Cut& within,
              std::vector<Candidate>& found) {
  found.clear();
  for (std::int32_t id = 0; id < std::ssize(weights); ++id) {
    if (weights[id] > 0 && bin_of(weights[id]) == bin && survives(weights[id], id, within)) {
      found.push_back({weights[id], id});
    }
  }
  std::sort(found.begin(), found.end(), before);
}

}  // namespace

Cut find_cut(std::span<const float> weights, const SamplingRule& options, SamplerScratch& scratch) {
  std::vector<Candidate>& found = scratch.candidates;
  Cut cut{0.0f, -1};  // everything with a weight above 0
  const auto histogram = [&](const Cut& within) {
    scratch.bin_count.assign(bins, 0);
    scratch.bin_mass.assign(bins, 0.0);
    for (std::int32_t id = 0; id < std::ssize(weights); ++id) {
      if (weights[id] <= 0 || !survives(weights[id], id, within)) { continue; }
      const std::size_t bin = bin_of(weights[id]);
      ++scratch.bin_count[bin];
      scratch.bin_mass[bin] += weights[id];
    }
  };
  if (options.top_k > 0) {
    histogram(cut);
    std::int64_t above = 0;
    for (std::size_t bin = bins; bin-- > 0;) {
      if (above + scratch.bin_count[bin] < options.top_k) {
        above += scratch.bin_count[bin];
        continue;
      }
      sort_bin(weights, bin, cut, found);
      const Candidate& last = found[options.top_k - above - 1];
      cut = {last.weight, last.id};
      break;
    }
  }
  if (options.top_p < 1.0) {
    histogram(cut);
    double total = 0, above = 0;
    for (const double mass : scratch.bin_mass) { total += mass; }
    const double target = options.top_p * total;
    for (std::size_t bin = bins; bin-- > 0;) {
      if (scratch.bin_count[bin] == 0) { continue; }
      if (above + scratch.bin_mass[bin] < target) {
        above += scratch.bin_mass[bin];
        continue;
      }
      sort_bin(weights, bin, cut, found);
      Candidate last = found.back();
      for (const Candidate& candidate : found) {
        above += candidate.weight;
        if (above >= target) {
          last = candidate;
          break;
        }
      }
      cut = {last.weight, last.id};
      break;
    }
  }
  // The greatest weight is 1, so min_p is the threshold itself. Ids with exactly that weight are kept.
  const float floor = options.min_p;
  if (options.min_p > 0 && floor > cut.weight) { cut = {floor, std::numeric_limits<std::int32_t>::max()}; }
  return cut;
}

}  // namespace srl::compute
