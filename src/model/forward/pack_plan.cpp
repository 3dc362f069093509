#include "model/forward/pack_plan.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::model {
namespace {

void require(bool condition, std::string_view what) {
  if (!condition) { throw Bug(cat("pack: ", what)); }
}

void check_segments(const Pack& pack) {
  std::int64_t next = 0;
  for (std::int64_t i = 0; i < std::ssize(pack.segments); ++i) {
    const Segment& segment = pack.segments[i];
    require(segment.begin == next && segment.length > 0,
            cat("segment ", i, " does not follow the one before it"));
    require(segment.parent < i, cat("segment ", i, " has a parent that does not come before it"));
    require(
        segment.position >= 0 && segment.position + segment.length < std::numeric_limits<std::int32_t>::max(),
        cat("segment ", i, " has an impossible position"));
    next += segment.length;
  }
  require(next == std::ssize(pack.ids), "its segments do not cover its tokens");
}

const Segment* ancestor(const Pack& pack, const Segment& segment, int generations) {
  const Segment* at = &segment;
  for (int g = 0; g < generations; ++g) {
    if (at->parent < 0) { return nullptr; }
    at = &pack.segments[at->parent];
  }
  return at;
}

void add_own_parts(const Pack& pack, std::vector<AttentionPart>& parts) {
  for (const Segment& segment : pack.segments) {
    if (!parts.empty() && parts.back().length == segment.length) {
      ++parts.back().batch;
    } else {
      parts.push_back({segment.begin, segment.length, 1, segment.begin, segment.length, true});
    }
  }
}

void add_ancestor_parts(const Pack& pack, int generations, std::vector<AttentionPart>& parts) {
  const Segment* shared = nullptr;
  for (const Segment& segment : pack.segments) {
    const Segment* keys = ancestor(pack, segment, generations);
    if (keys && keys == shared) {
      parts.back().length += segment.length;
    } else if (keys) {
      parts.push_back({segment.begin, segment.length, 1, keys->begin, keys->length, false});
    }
    shared = keys;
  }
}

}  // namespace

PackPlan plan_pack(const Pack& pack, std::int64_t vocab) {
  check_segments(pack);
  PackPlan plan;
  plan.tokens = std::ssize(pack.ids);
  for (const std::int32_t id : pack.ids) {
    require(id >= 0 && id < vocab, cat("token id ", id, " is outside the vocabulary"));
    plan.ids.push_back(id);
  }
  for (const Segment& segment : pack.segments) {
    require(!ancestor(pack, segment, 3), "its segments are nested more than two deep");
    for (std::int64_t t = 0; t < segment.length; ++t) { plan.positions.push_back(segment.position + t); }
    plan.positions_end = std::max<std::int64_t>(plan.positions_end, segment.position + segment.length);
  }
  add_own_parts(pack, plan.parts);
  add_ancestor_parts(pack, 1, plan.parts);
  add_ancestor_parts(pack, 2, plan.parts);

  require(pack.rows.size() == pack.targets.size(), "rows and targets differ in number");
  for (const std::int64_t row : pack.rows) {
    require(row >= 0 && row < plan.tokens, cat("row ", row, " is outside the pack"));
  }
  for (const std::int32_t target : pack.targets) {
    require(target >= 0 && target < vocab, cat("target ", target, " is outside the vocabulary"));
  }
  plan.rows = pack.rows;
  std::sort(plan.rows.begin(), plan.rows.end());
  plan.rows.erase(std::unique(plan.rows.begin(), plan.rows.end()), plan.rows.end());
  for (const std::int64_t row : pack.rows) {
    plan.row_of.push_back(std::lower_bound(plan.rows.begin(), plan.rows.end(), row) - plan.rows.begin());
  }
  return plan;
}

PredictionsByRow::PredictionsByRow(const PackPlan& plan)
    : first_(plan.rows.size() + 1, 0), order_(plan.row_of.size()) {
  for (const std::int64_t row : plan.row_of) { ++first_[row + 1]; }
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  std::vector<std::int32_t> next(first_.begin(), first_.end() - 1);
  for (std::size_t p = 0; p < plan.row_of.size(); ++p) {
    order_[next[plan.row_of[p]]++] = static_cast<std::int32_t>(p);
  }
}

PredictionsByRow::Sums PredictionsByRow::sums(std::int64_t row, const PredictionGradients& of) const {
  Sums sums;
  for (const std::int32_t p : (*this)[row]) {
    sums.logprob += of.logprob[p];
    if (!of.entropy.empty()) { sums.entropy += of.entropy[p]; }
  }
  return sums;
}

}  // namespace srl::model
