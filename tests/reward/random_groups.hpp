#pragma once
// Random batches for similarities, and their results one by one.
#include <random>
#include <vector>

#include "reward/batch/batch_parts.hpp"
#include "reward/search/matcher.hpp"

namespace srl::reward::testing {

/// Groups of eight actions, of few letters; every fiftieth group is long.
inline std::vector<SymbolGroup> random_groups(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  const auto symbols = [&](std::size_t length, std::uint32_t letters) {
    Symbols text(length);
    for (std::uint32_t& symbol : text) { symbol = 97 + random() % letters; }
    return text;
  };
  std::vector<SymbolGroup> groups;
  for (std::size_t g = 0; g < count; ++g) {
    const std::size_t longest = g % 50 == 0 ? 600 : 60;
    const std::uint32_t letters = 1 + random() % 5;
    groups.push_back({symbols(random() % longest, letters), {}});
    for (int k = 0; k < 8; ++k) { groups.back().actions.push_back(symbols(random() % longest, letters)); }
  }
  return groups;
}

inline std::vector<double> ratios_one_by_one(const std::vector<SymbolGroup>& groups,
                                             const SimilarityOptions& options) {
  std::vector<double> ratios;
  for (const SymbolGroup& group : groups) {
    for (const Symbols& action : group.actions) {
      const bool first = options.order == SimilarityOrder::action_first;
      const std::int64_t matched = first ? matched_elements(action, group.target, options.autojunk)
                                         : matched_elements(group.target, action, options.autojunk);
      ratios.push_back(ratio(matched, static_cast<std::int64_t>(action.size() + group.target.size())));
    }
  }
  return ratios;
}

}  // namespace srl::reward::testing
