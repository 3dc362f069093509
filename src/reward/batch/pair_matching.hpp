#pragma once
// difflib's matched elements of one coded pair by a group of lanes in step: a warp of a GPU, or an emulation
// on the host.
//
// A region's longest run is found by walking its diagonals, each lane its own, O(rows * columns / lanes). Of
// the two regions beside a run the one with fewer rows is searched first, so at most log2(rows) + 2 wait at a
// time and nothing is allocated. Every cell is counted: a pair that passes its bound is given up (for
// SuffixSearch on the CPU), so no pair holds up a batch.
//
// A Lanes type has: count() lanes; largest(f), the largest f(lane) of all lanes, told to each; keep(k, task)
// and kept(k), what waits, k below 32. All lanes call these together.
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

/// A region still to search; no run in it is longer than `limit`.
struct RegionTask {
  Region region;
  std::int32_t limit = 0;
};

inline constexpr std::int64_t pair_given_up = -1;
inline constexpr std::int32_t longest_pair_side = 1 << 20;   ///< of a pair: what the keys below hold
inline constexpr std::int64_t largest_pair_cells = 1 << 26;  ///< a_size * b_size
inline constexpr std::int32_t waiting_tasks = 32;

/// Cells a pair may cost: ordinary text needs two or three times its own matrix, short repetitive text more.
SRL_HOST_DEVICE constexpr std::int64_t pair_budget(std::int64_t a_size, std::int64_t b_size) {
  return (1 << 22) + 6 * a_size * b_size;
}

/// Whether a pair is worth starting.
SRL_HOST_DEVICE constexpr bool fits_lanes(std::int64_t a_size, std::int64_t b_size) {
  return a_size < longest_pair_side && b_size < longest_pair_side && a_size * b_size <= largest_pair_cells;
}

// A run as one number: longer is larger, then earlier in a, then earlier in b, difflib's order of preference.
// 0 is no run.
SRL_HOST_DEVICE constexpr std::uint64_t key_of(const Run& run) {
  return (static_cast<std::uint64_t>(run.size) << 40) |
         (static_cast<std::uint64_t>(longest_pair_side - 1 - run.a) << 20) |
         static_cast<std::uint64_t>(longest_pair_side - 1 - run.b);
}
SRL_HOST_DEVICE constexpr Run run_of(std::uint64_t key) {
  if (key == 0) { return {}; }
  const std::uint64_t low = longest_pair_side - 1;
  return {static_cast<std::int32_t>(low - ((key >> 20) & low)), static_cast<std::int32_t>(low - (key & low)),
          static_cast<std::int32_t>(key >> 40)};
}

/// The best run on one lane's share of the diagonals. A diagonal that leaves the shorter side's far end goes
/// on at its near end, so that all are equally long; a run does not cross that jump.
SRL_HOST_DEVICE inline std::uint64_t best_of_lane(const CodedPair& pair, const Region& region,
                                                  std::int32_t lane, std::int32_t lanes) {
  const bool wide = region.columns() >= region.rows();
  const std::uint16_t* const walked =
      wide ? pair.a + region.a_begin : pair.searched_b + region.b_begin;  // once, from its start
  const std::uint16_t* const turned =
      wide ? pair.searched_b + region.b_begin : pair.a + region.a_begin;  // from the lane's own start
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
        best = key > best ? key : best;
      }
    }
  }
  return best;
}

/// CPython's second part with autojunk: the run grows over any equal elements, popular ones included; an
/// empty one starts at the corner.
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
  wait({{0, pair.a_size, 0, pair.b_size}, pair.a_size < pair.b_size ? pair.a_size : pair.b_size});
  while (waiting > 0) {
    const RegionTask task = lanes.kept(--waiting);
    const Region region = task.region;
    Run run;
    if (task.limit > 0) {  // else nothing was found around it, and only growing finds something
      cells_left -= static_cast<std::int64_t>(region.rows()) * region.columns() + lanes.count();
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
