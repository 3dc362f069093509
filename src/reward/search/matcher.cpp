#include "reward/search/matcher.hpp"

#include <algorithm>
#include <optional>

#include "reward/search/bit_search.hpp"
#include "reward/search/lane_search.hpp"
#include "reward/search/region.hpp"
#include "reward/search/suffix_search.hpp"

namespace srl::reward {
namespace {

// A region that is still to be searched. No run in it is longer than `limit`.
struct Task {
  Region region;
  std::int32_t limit;
};

// Buffers that a thread reuses for every pair. Allocating them would cost as much as matching two short
// steps.
struct Workspace {
  LaneScratch<std::uint8_t> lanes8;
  LaneScratch<std::uint16_t> lanes16;
  BitScratch bits;
  std::vector<Task> tasks;
  std::vector<std::uint32_t> counts;
};

Workspace& workspace() {
  static thread_local Workspace instance;
  return instance;
}

// Number of cells that the lane search may visit before the suffix search takes over: a few times the whole
// matrix (ordinary text needs two or three times), plus a constant below which a suffix array is not worth
// its cost.
constexpr std::int64_t lane_cells_free = 1 << 22;
constexpr std::int64_t lane_cells_factor = 6;
// For larger matrices, starting with the suffix array is faster.
constexpr std::int64_t lane_cells_most = std::int64_t{1} << 28;

template <class Code>
class Matching {
 public:
  Matching(std::span<const Code> a, std::span<const Code> b, std::uint32_t alphabet, bool autojunk,
           Engine engine)
      : a_(a), b_(b), searched_b_(b), alphabet_(alphabet), scratch_(workspace()) {
    const std::int64_t cells = std::ssize(a) * std::ssize(b);
    cells_left_ = cells > lane_cells_most ? 0 : lane_cells_free + lane_cells_factor * cells;
    if (engine == Engine::suffixes || sizeof(Code) > 2) {
      cells_left_ = 0;
    } else if (engine == Engine::lanes) {
      cells_left_ = std::int64_t{1} << 62;
    }
    only_suffixes_ = engine == Engine::suffixes;
    if (autojunk && b.size() >= autojunk_minimum) { hide_popular(); }
  }

  std::int64_t run(std::vector<Block>* blocks) {
    std::int64_t matched = 0;
    std::vector<Task>& tasks = scratch_.tasks;
    tasks.clear();
    const std::int32_t rows = std::ssize(a_), columns = std::ssize(b_);
    push({0, rows, 0, columns}, std::min(rows, columns));
    while (!tasks.empty()) {
      const Task task = tasks.back();
      tasks.pop_back();
      Run found = longest(task);
      const std::int32_t limit = found.size;
      if (!hidden_b_.empty()) { extend(task.region, found); }
      if (found.size == 0) { continue; }
      matched += found.size;
      if (blocks != nullptr) { blocks->push_back({found.a, found.b, found.size}); }
      push({task.region.a_begin, found.a, task.region.b_begin, found.b}, limit);
      push({found.a + found.size, task.region.a_end, found.b + found.size, task.region.b_end}, limit);
    }
    return matched;
  }

 private:
  void push(const Region& region, std::int32_t limit) {
    if (region.rows() > 0 && region.columns() > 0) { scratch_.tasks.push_back({region, limit}); }
  }

  // Replaces popular elements of b by a code that no element of a has.
  void hide_popular() {
    std::vector<std::uint32_t>& counts = scratch_.counts;
    counts.assign(alphabet_ + 2, 0);
    for (const Code code : b_) { ++counts[code]; }
    hidden_b_.assign(b_.begin(), b_.end());
    for (Code& code : hidden_b_) {
      if (counts[code] > popular_count(b_.size())) { code = alphabet_ + 1; }
    }
    searched_b_ = hidden_b_;
  }

  Run longest(const Task& task) {
    if (task.limit == 0) {  // autojunk: the outer region had no run; only extend() can find one
      return {};
    }
    const Region& region = task.region;
    if (region.columns() <= bit_search_columns && !only_suffixes_) {
      return longest_run_by_bits(a_.data(), searched_b_.data(), region, alphabet_ + 2, scratch_.bits);
    }
    if constexpr (sizeof(Code) <= 2) {
      if (cells_left_ > 0) {
        const Run found = longest_by_lanes(region);
        if (found.size >= 0) { return found; }
      }
    }
    if (!suffixes_) {
      const std::vector<std::uint32_t> a(a_.begin(), a_.end()), b(searched_b_.begin(), searched_b_.end());
      suffixes_.emplace(a, b, alphabet_ + 2);
    }
    return suffixes_->longest_run(region, task.limit);
  }

  Run longest_by_lanes(const Region& region) {
    const std::int64_t cells = std::int64_t{region.rows()} * (region.columns() + 4 * 32);
    cells_left_ -= cells;
    if constexpr (sizeof(Code) == 1) {
      const Run found = longest_run_by_lanes(a_.data(), searched_b_.data(), region, scratch_.lanes8);
      if (found.size >= 0) { return found; }
      if (wide_a_.empty()) {
        wide_a_.assign(a_.begin(), a_.end());
        wide_b_.assign(searched_b_.begin(), searched_b_.end());
      }
      cells_left_ -= 2 * cells;
      return longest_run_by_lanes(wide_a_.data(), wide_b_.data(), region, scratch_.lanes16);
    } else {
      return longest_run_by_lanes(a_.data(), searched_b_.data(), region, scratch_.lanes16);
    }
  }

  // CPython's second step: extends the run over all equal elements, including popular ones. An empty run
  // starts at the corner.
  void extend(const Region& region, Run& run) const {
    if (run.size == 0) { run = {region.a_begin, region.b_begin, 0}; }
    while (run.a > region.a_begin && run.b > region.b_begin && a_[run.a - 1] == b_[run.b - 1]) {
      --run.a, --run.b, ++run.size;
    }
    while (run.a + run.size < region.a_end && run.b + run.size < region.b_end &&
           a_[run.a + run.size] == b_[run.b + run.size]) {
      ++run.size;
    }
  }

  std::span<const Code> a_, b_, searched_b_;
  std::uint32_t alphabet_;
  Workspace& scratch_;
  std::int64_t cells_left_ = 0;
  bool only_suffixes_ = false;
  std::vector<Code> hidden_b_;
  std::vector<std::uint16_t> wide_a_, wide_b_;
  std::optional<SuffixSearch> suffixes_;
};

// The last part of get_matching_blocks(): sorts, joins adjacent blocks, and appends the empty block at the
// end.
void finish(std::vector<Block>& blocks, std::int64_t a_size, std::int64_t b_size) {
  std::sort(blocks.begin(), blocks.end(), [](const Block& x, const Block& y) { return x.a < y.a; });
  std::size_t kept = 0;
  for (const Block& block : blocks) {
    if (kept > 0 && blocks[kept - 1].a + blocks[kept - 1].size == block.a &&
        blocks[kept - 1].b + blocks[kept - 1].size == block.b) {
      blocks[kept - 1].size += block.size;
    } else {
      blocks[kept++] = block;
    }
  }
  blocks.resize(kept);
  blocks.push_back({a_size, b_size, 0});
}

}  // namespace

template <class Code>
std::int64_t match_codes(std::span<const Code> a, std::span<const Code> b, std::uint32_t alphabet,
                         bool autojunk, std::vector<Block>* blocks, Engine engine) {
  if (blocks != nullptr) { blocks->clear(); }
  const std::int64_t matched = Matching<Code>(a, b, alphabet, autojunk, engine).run(blocks);
  if (blocks != nullptr) { finish(*blocks, std::ssize(a), std::ssize(b)); }
  return matched;
}

template std::int64_t match_codes(std::span<const std::uint8_t>, std::span<const std::uint8_t>, std::uint32_t,
                                  bool, std::vector<Block>*, Engine);
template std::int64_t match_codes(std::span<const std::uint16_t>, std::span<const std::uint16_t>,
                                  std::uint32_t, bool, std::vector<Block>*, Engine);
template std::int64_t match_codes(std::span<const std::uint32_t>, std::span<const std::uint32_t>,
                                  std::uint32_t, bool, std::vector<Block>*, Engine);

}  // namespace srl::reward
