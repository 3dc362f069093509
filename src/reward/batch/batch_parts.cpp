#include "reward/batch/batch_parts.hpp"

namespace srl::reward {
namespace {

// Which result belongs to which action.
struct Waiting {
  std::size_t group, action, result;
};

}  // namespace

BatchSimilarity similarity_in_parts(std::span<const SymbolGroup> groups, const SimilarityOptions& options,
                                    ThreadPool& pool, const MatchBatch& match, std::size_t part_bytes) {
  const bool target_is_a = options.order == SimilarityOrder::expert_first;
  BatchSimilarity result;
  std::vector<Waiting> in_part, left;
  CodedBatch part;
  const auto store = [&](const Waiting& pair, std::int64_t matched) {
    const SymbolGroup& group = groups[pair.group];
    result.ratios[pair.result] =
        ratio(matched, static_cast<std::int64_t>(group.target.size() + group.actions[pair.action].size()));
  };
  const auto finish_part = [&] {
    const std::vector<std::int64_t> matched = part.size() > 0 ? match(part) : std::vector<std::int64_t>{};
    for (std::size_t k = 0; k < matched.size(); ++k) {
      if (matched[k] == pair_given_up) {
        left.push_back(in_part[k]);
      } else {
        store(in_part[k], matched[k]);
        ++result.pairs_on_gpu;
      }
    }
    in_part.clear();
    part = {};
  };

  std::size_t first_result = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const SymbolGroup& group = groups[g];
    result.ratios.resize(first_result + group.actions.size());
    for (std::size_t begin = 0; begin < group.actions.size();) {
      std::size_t end = begin, bytes = part.bytes() + CodedBatch::bytes_of_codes(group.target.size());
      const auto with = [&](std::size_t k) {
        return bytes + CodedBatch::bytes_of_codes(group.actions[k].size()) + CodedBatch::bytes_a_pair;
      };
      for (; end < group.actions.size() &&
             fits_lanes(static_cast<std::int64_t>(group.actions[end].size()),
                        static_cast<std::int64_t>(group.target.size())) &&
             with(end) <= part_bytes;
           ++end) {
        bytes = with(end);
      }
      if (end > begin && part.add(group.target, std::span(group.actions).subspan(begin, end - begin),
                                  target_is_a, options.autojunk)) {
        for (std::size_t k = begin; k < end; ++k) { in_part.push_back({g, k, first_result + k}); }
      } else if (end == begin && part.size() > 0) {
        finish_part();
        continue;
      } else {
        end = std::max(end, begin + 1);
        for (std::size_t k = begin; k < end; ++k) { left.push_back({g, k, first_result + k}); }
      }
      begin = end;
    }
    first_result += group.actions.size();
  }
  finish_part();

  pool.for_range(left.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      const Symbols& target = groups[left[k].group].target;
      const Symbols& action = groups[left[k].group].actions[left[k].action];
      store(left[k], target_is_a ? matched_elements(target, action, options.autojunk)
                                 : matched_elements(action, target, options.autojunk));
    }
  });
  return result;
}

}  // namespace srl::reward
