#include "model/gpu/pack_plan.hpp"

#include <algorithm>
#include <numeric>

namespace srl::model {
namespace {

/// The segments of a depth in their new order.
struct Depth {
  std::vector<std::size_t> segments;
  std::int64_t begin = 0, tokens = 0;
};

std::int32_t as_int(std::int64_t value) {
  return static_cast<std::int32_t>(value);
}

std::vector<Depth> depths_of(const Pack& pack) {
  std::vector<Depth> depths;
  std::vector<std::size_t> depth_of(pack.segments.size()), place(pack.segments.size());
  for (std::size_t s = 0; s < pack.segments.size(); ++s) {
    const std::int64_t parent = pack.segments[s].parent;
    depth_of[s] = parent < 0 ? 0 : depth_of[static_cast<std::size_t>(parent)] + 1;
    if (depths.size() <= depth_of[s]) { depths.resize(depth_of[s] + 1); }
    depths[depth_of[s]].segments.push_back(s);
  }
  std::int64_t begin = 0;
  for (Depth& depth : depths) {
    std::ranges::stable_sort(depth.segments, {}, [&](std::size_t s) {
      const std::int64_t parent = pack.segments[s].parent;
      return parent < 0 ? s : place[static_cast<std::size_t>(parent)];
    });
    depth.begin = begin;
    for (std::size_t i = 0; i < depth.segments.size(); ++i) {
      place[depth.segments[i]] = i;
      depth.tokens += pack.segments[depth.segments[i]].length;
    }
    begin += depth.tokens;
  }
  return depths;
}

void add_sequence(AttentionCall& call, std::int64_t queries, std::int64_t keys) {
  call.first_query.push_back(call.first_query.back() + as_int(queries));
  call.first_key.push_back(call.first_key.back() + as_int(keys));
  call.longest_query = std::max(call.longest_query, as_int(queries));
  call.longest_key = std::max(call.longest_key, as_int(keys));
}

AttentionCall empty_call(const Depth& of, const Depth& keys, bool causal) {
  AttentionCall call{of.begin, of.tokens, keys.begin, keys.tokens, {0}, {0}};
  call.causal = causal;
  return call;
}

/// Every segment of `of` with itself.
AttentionCall with_itself(const Pack& pack, const Depth& of) {
  AttentionCall call = empty_call(of, of, true);
  for (const std::size_t s : of.segments) {
    add_sequence(call, pack.segments[s].length, pack.segments[s].length);
  }
  return call;
}

/// The segments of `of` with their ancestors `generations` above. Those of an ancestor are adjacent.
AttentionCall with_ancestors(const Pack& pack, const Depth& of, const Depth& ancestors, int generations) {
  AttentionCall call = empty_call(of, ancestors, false);
  std::size_t next = 0;
  for (const std::size_t ancestor : ancestors.segments) {
    std::int64_t queries = 0;
    const auto descends = [&](std::size_t s) {
      for (int g = 0; g < generations; ++g) { s = static_cast<std::size_t>(pack.segments[s].parent); }
      return s == ancestor;
    };
    for (; next < of.segments.size() && descends(of.segments[next]); ++next) {
      queries += pack.segments[of.segments[next]].length;
    }
    add_sequence(call, queries, pack.segments[ancestor].length);
  }
  return call;
}

}  // namespace

GpuPackPlan plan_for_gpu(const Pack& pack, const PackPlan& plan) {
  const std::vector<Depth> depths = depths_of(pack);
  GpuPackPlan result;
  std::vector<std::int64_t> place(static_cast<std::size_t>(plan.tokens));  // new index of each token
  for (const Depth& depth : depths) {
    for (const std::size_t s : depth.segments) {
      const Segment& segment = pack.segments[s];
      for (std::int64_t t = segment.begin; t < segment.begin + segment.length; ++t) {
        place[static_cast<std::size_t>(t)] = std::ssize(result.ids);
        result.ids.push_back(pack.ids[static_cast<std::size_t>(t)]);
        result.positions.push_back(plan.positions[static_cast<std::size_t>(t)]);
      }
    }
  }
  result.ids_to_sort.assign(result.ids.begin(), result.ids.end());
  for (const std::int64_t row : plan.rows) { result.rows.push_back(place[static_cast<std::size_t>(row)]); }
  for (std::size_t d = 0; d < depths.size(); ++d) {
    result.depths.push_back({with_itself(pack, depths[d])});
    for (std::size_t g = 1; g <= d; ++g) {
      result.depths[d].push_back(with_ancestors(pack, depths[d], depths[d - g], static_cast<int>(g)));
    }
  }
  return result;
}

}  // namespace srl::model
