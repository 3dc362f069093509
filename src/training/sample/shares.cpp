#include "training/sample/shares.hpp"

#include <algorithm>

#include "training/data/packing.hpp"

namespace srl::training {

std::vector<Share> shares_of_round(const std::vector<std::int64_t>& prompt_tokens, std::int64_t completions,
                                   std::int64_t max_new_tokens, int ranks) {
  if (prompt_tokens.empty()) { return {}; }
  const std::int64_t parts = std::clamp<std::int64_t>(ranks / std::ssize(prompt_tokens), 1, completions);
  std::vector<Share> shares;
  std::vector<double> costs;
  for (std::size_t i = 0; i < prompt_tokens.size(); ++i) {
    for (std::int64_t part = 0; part < parts; ++part) {
      const std::int64_t first = completions * part / parts, end = completions * (part + 1) / parts;
      shares.push_back({.drawn = i, .first = first, .count = end - first});
      costs.push_back(static_cast<double>(prompt_tokens[i] + (end - first) * max_new_tokens));
    }
  }
  const std::vector<int> owners = spread(costs, ranks);
  for (std::size_t s = 0; s < shares.size(); ++s) { shares[s].owner = owners[s]; }
  return shares;
}

}  // namespace srl::training
