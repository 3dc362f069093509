#pragma once
// A pack as a GPU computes it: segments are ordered by depth (all prompts, then what continues them, grouped
// by prompt, and so on), so that the attention of a depth to itself, or to its ancestors, is one call. Only
// for this room.
#include <cstdint>
#include <vector>

#include "model/forward/pack_plan.hpp"

namespace srl::model {

/// Attention of the tokens of one depth to one range of keys each (compute/attention.hpp). Rows are those of
/// the pack in its new order.
struct AttentionCall {
  std::int64_t query_begin = 0, queries = 0, key_begin = 0, keys = 0;
  /// [sequences + 1], from 0; of the rows after query_begin and key_begin.
  std::vector<std::int32_t> first_query, first_key;
  std::int32_t longest_query = 0, longest_key = 0;
  bool causal = false;
};

struct GpuPackPlan {
  std::vector<std::int32_t> ids, positions;  ///< [tokens] in the new order
  std::vector<std::int64_t> ids_to_sort;     ///< ids, as compute::sort_rows takes them
  std::vector<std::int64_t> rows;            ///< new indices of PackPlan::rows, in their order
  /// depths[d]: the calls of the tokens of depth d, first with their own segment, then with its ancestors.
  std::vector<std::vector<AttentionCall>> depths;
};

GpuPackPlan plan_for_gpu(const Pack& pack, const PackPlan& plan);

}  // namespace srl::model
