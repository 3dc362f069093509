#pragma once
// difflib's matched elements of one coded pair, computed by a group of lanes in lockstep: a warp of a GPU, or
// an emulation on the host.
//
// The longest run of a region is found by walking its diagonals, each lane on its own diagonals, in O(rows *
// columns / lanes). Of the two regions beside a run, the one with fewer rows is searched first. So at most
// log2(rows) + 2 regions wait at a time, and no memory is allocated. All visited cells are counted. A pair
// that exceeds its budget is given up (SuffixSearch on the CPU takes it), so no pair delays the whole batch.
//
// A Lanes type has: count(), the number of lanes; largest(f), the largest f(lane) over all lanes, returned to
// each lane; keep(k, task) and kept(k), which store and return waiting task k < 32. All lanes call these
// together.
#include <cstdint>

#include "base/host_device.hpp"
#include "reward/search/region.hpp"

namespace srl::reward {

/// Codes of a are 0 (in a only) to n, of b 1 to n + 1 (in b only), as for match_codes. `searched_b` is b, or
/// with autojunk a copy whose popular elements are n + 1.
struct CodedPair {
  const std::uint16_t* a = nullptr;
  const std::uint16_t* b = nullptr;
  const std::uint16_t* searched_b = nullptr;
  std::int32_t a_size = 0, b_size = 0;
};

/// A region that is still to be searched. No run in it is longer than `limit`.
struct RegionTask {
  Region region;
  std::int32_t limit = 0;
};

inline constexpr std::int64_t pair_given_up = -1;
inline constexpr std::int32_t longest_pair_side = 1 << 20;  ///< limit of a_size and b_size: keys have 20 bits
inline constexpr std::uint64_t place_bits = longest_pair_side - 1;  ///< of a key
inline constexpr std::int64_t largest_pair_cells = 1 << 26;         ///< a_size * b_size
inline constexpr std::int32_t waiting_tasks = 32;

/// Largest number of cells that a pair may visit. Ordinary text needs two or three times its matrix, short
/// repetitive text more.
SRL_HOST_DEVICE constexpr std::int64_t pair_budget(std::int64_t a_size, std::int64_t b_size) {
  return (1 << 22) + 6 * a_size * b_size;
}

/// Whether the lanes should try a pair.
SRL_HOST_DEVICE constexpr bool fits_lanes(std::int64_t a_size, std::int64_t b_size) {
  return a_size < longest_pair_side && b_size < longest_pair_side && a_size * b_size <= largest_pair_cells;
}

// A run as one number, so that a larger number is preferred by difflib: longer first, then earlier in a, then
// earlier in b. 0 means no run.
SRL_HOST_DEVICE constexpr std::uint64_t key_of(const Run& run) {
  const std::uint64_t size = run.size, before_a = place_bits - run.a, before_b = place_bits - run.b;
  return (size << 40) | (before_a << 20) | before_b;
}
SRL_HOST_DEVICE constexpr Run run_of(std::uint64_t key) {
  if (key == 0) { return {}; }
  const std::int32_t a = place_bits - ((key >> 20) & place_bits), b = place_bits - (key & place_bits),
                     size = key >> 40;
  return {a, b, size};
}

/// The best run on one lane's share of the diagonals. A diagonal that passes the end of the longer side
/// continues at its start, so that all diagonals have the same length. A run does not continue across this
/// jump.
SRL_HOST_DEVICE inline std::uint64_t best_of_lane(const CodedPair& pair, const Region& region,
                                                  std::int32_t lane, std::int32_t lanes) {
  const bool wide = region.columns() >= region.rows();
  const std::uint16_t* const walked =
      wide ? pair.a + region.a_begin : pair.searched_b + region.b_begin;  // the shorter side, from its start
  const std::uint16_t* const turned =
      wide ? pair.searched_b + region.b_begin
           : pair.a + region.a_begin;  // the longer side, from the lane's start
  const std::int32_t steps = wide ? region.rows() : region.columns(),
                     around = wide ? region.columns() : region.rows();
  std::int32_t size = 1;
  std::uint64_t best = 0;
  for (std::int32_t start = lane; start < around; start += lanes) {
    std::int32_t run = 0, at = start;
    for (std::int32_t step = 0; step < steps; ++step, ++at) {
      if (at == around) {
        at = 0;
        run = 0;
      }
      run = walked[step] == turned[at] ? run + 1 : 0;
      if (run >= size) {
        size = run;
        const std::int32_t in_walked = step + 1 - run, in_turned = at + 1 - run;
        const std::uint64_t key = key_of({region.a_begin + (wide ? in_walked : in_turned),
                                          region.b_begin + (wide ? in_turned : in_walked), run});
        best = larger(best, key);
      }
    }
  }
  return best;
}

/// CPython's second step with autojunk: extends the run over all equal elements, including popular ones. An
/// empty run starts at the corner.
SRL_HOST_DEVICE inline Run grown(const CodedPair& pair, const Region& region, Run run) {
  if (run.size == 0) { run = {region.a_begin, region.b_begin, 0}; }
  while (run.a > region.a_begin && run.b > region.b_begin && pair.a[run.a - 1] == pair.b[run.b - 1]) {
    --run.a, --run.b, ++run.size;
  }
  while (run.a + run.size < region.a_end && run.b + run.size < region.b_end &&
         pair.a[run.a + run.size] == pair.b[run.b + run.size]) {
    ++run.size;
  }
  return run;
}

/// Sum of the sizes of the matching blocks, or pair_given_up.
template <class Lanes>
SRL_HOST_DEVICE std::int64_t matched_by_lanes(Lanes& lanes, const CodedPair& pair) {
  if (!fits_lanes(pair.a_size, pair.b_size)) { return pair_given_up; }
  std::int64_t matched = 0, cells_left = pair_budget(pair.a_size, pair.b_size);
  std::int32_t waiting = 0;
  const auto wait = [&](const RegionTask& task) {
    if (task.region.rows() > 0 && task.region.columns() > 0) { lanes.keep(waiting++, task); }
  };
  wait({{0, pair.a_size, 0, pair.b_size}, smaller(pair.a_size, pair.b_size)});
  while (waiting > 0) {
    const RegionTask task = lanes.kept(--waiting);
    const Region region = task.region;
    Run run;
    if (task.limit > 0) {  // with limit 0 the outer region had no run, so only grown() can find one
      cells_left -= std::int64_t{region.rows()} * region.columns() + lanes.count();
      if (cells_left < 0) { return pair_given_up; }
      run = run_of(
          lanes.largest([&](std::int32_t lane) { return best_of_lane(pair, region, lane, lanes.count()); }));
    }
    const std::int32_t limit = run.size;
    if (pair.searched_b != pair.b) { run = grown(pair, region, run); }
    if (run.size == 0) { continue; }
    matched += run.size;
    const RegionTask before{{region.a_begin, run.a, region.b_begin, run.b}, limit};
    const RegionTask after{{run.a + run.size, region.a_end, run.b + run.size, region.b_end}, limit};
    const bool before_first = before.region.rows() < after.region.rows();
    wait(before_first ? after : before);
    wait(before_first ? before : after);
  }
  return matched;
}

}  // namespace srl::reward
