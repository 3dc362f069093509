#include "reward/batch/batch_parts.hpp"

namespace srl::reward {
namespace {

// Maps an action to its index in the results.
struct Place {
  std::size_t group, action, result;
};

class Parts {
 public:
  Parts(std::span<const SymbolGroup> groups, const SimilarityOptions& options, const MatchBatch& match,
        std::size_t part_bytes)
      : groups_(groups),
        options_(options),
        target_is_a_(options.order == SimilarityOrder::expert_first),
        match_(match),
        part_bytes_(part_bytes) {}

  BatchSimilarity run(ThreadPool& pool) {
    for (std::size_t g = 0; g < groups_.size(); ++g) { add(g); }
    finish_part();
    pool.for_range(left_.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t k = begin; k < end; ++k) {
        const Symbols& target = groups_[left_[k].group].target;
        const Symbols& action = groups_[left_[k].group].actions[left_[k].action];
        store(left_[k], target_is_a_ ? matched_elements(target, action, options_.autojunk)
                                     : matched_elements(action, target, options_.autojunk));
      }
    });
    return std::move(result_);
  }

 private:
  // End of the group's actions from `begin` on that still fit into the part.
  std::size_t end_of_fitting(const SymbolGroup& group, std::size_t begin) const {
    std::size_t end = begin, bytes = part_.bytes() + CodedBatch::bytes_of_codes(group.target.size());
    for (; end < group.actions.size(); ++end) {
      const Symbols& action = group.actions[end];
      bytes += CodedBatch::bytes_of_codes(action.size()) + CodedBatch::bytes_per_pair;
      if (bytes > part_bytes_ || !fits_lanes(std::ssize(action), std::ssize(group.target))) { break; }
    }
    return end;
  }

  void add(std::size_t g) {
    const SymbolGroup& group = groups_[g];
    const std::size_t first_result = result_.ratios.size();
    result_.ratios.resize(first_result + group.actions.size());
    const auto places = [&](std::size_t begin, std::size_t end, std::vector<Place>& list) {
      for (std::size_t k = begin; k < end; ++k) { list.push_back({g, k, first_result + k}); }
    };
    for (std::size_t begin = 0; begin < group.actions.size();) {
      std::size_t end = end_of_fitting(group, begin);
      if (end == begin && part_.size() > 0) {
        finish_part();
        continue;
      }
      const auto some = std::span(group.actions).subspan(begin, end - begin);
      if (end > begin && part_.add(group.target, some, target_is_a_, options_.autojunk)) {
        places(begin, end, in_part_);
      } else {
        end = std::max(end, begin + 1);
        places(begin, end, left_);
      }
      begin = end;
    }
  }

  void finish_part() {
    const std::vector<std::int64_t> matched = part_.size() > 0 ? match_(part_) : std::vector<std::int64_t>{};
    for (std::size_t k = 0; k < matched.size(); ++k) {
      if (matched[k] == pair_given_up) {
        left_.push_back(in_part_[k]);
      } else {
        store(in_part_[k], matched[k]);
        ++result_.pairs_on_gpu;
      }
    }
    in_part_.clear();
    part_ = {};
  }

  void store(const Place& pair, std::int64_t matched) {
    const SymbolGroup& group = groups_[pair.group];
    const std::int64_t length = group.target.size() + group.actions[pair.action].size();
    result_.ratios[pair.result] = ratio(matched, length);
  }

  std::span<const SymbolGroup> groups_;
  const SimilarityOptions& options_;
  bool target_is_a_;
  const MatchBatch& match_;
  std::size_t part_bytes_;
  BatchSimilarity result_;
  CodedBatch part_;
  std::vector<Place> in_part_;
  std::vector<Place> left_;  // pairs for the CPU
};

}  // namespace

BatchSimilarity similarity_in_parts(std::span<const SymbolGroup> groups, const SimilarityOptions& options,
                                    ThreadPool& pool, const MatchBatch& match, std::size_t part_bytes) {
  return Parts(groups, options, match, part_bytes).run(pool);
}

}  // namespace srl::reward
