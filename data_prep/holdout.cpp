#include "data_prep/holdout.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "base/checksum.hpp"
#include "data_prep/near_duplicates.hpp"

namespace srl::data_prep {

std::int64_t drop_exact_duplicates(std::vector<Outcome>& outcomes) {
  std::set<std::string> seen;
  std::int64_t dropped = 0;
  for (Outcome& outcome : outcomes) {
    RowResult& r = outcome.result;
    if (r.kind != RowResult::Kind::kept) continue;
    Checksum checksum;
    checksum.add(r.solution.question);
    for (const auto& step : r.solution.steps) {
      checksum.add("\x1f");
      checksum.add(step.action);
    }
    if (seen.insert(checksum.hex()).second) continue;
    r.kind = RowResult::Kind::dropped;
    r.reason = "exact_duplicate";
    ++dropped;
  }
  return dropped;
}

void hold_out(std::vector<Outcome>& outcomes, std::int64_t questions, std::uint64_t seed) {
  std::vector<trajectory::Solution*> kept;
  std::vector<std::string> normalised;
  for (Outcome& outcome : outcomes) {
    if (outcome.result.kind != RowResult::Kind::kept) continue;
    kept.push_back(&outcome.result.solution);
    normalised.push_back(normalised_question(outcome.result.solution.question));
  }
  const std::vector<std::int64_t> groups = near_duplicate_groups(normalised);
  const std::size_t count = groups.empty() ? 0 : static_cast<std::size_t>(*std::max_element(groups.begin(), groups.end()) + 1);
  std::vector<std::uint64_t> hashes(count, std::numeric_limits<std::uint64_t>::max());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::uint64_t& hash = hashes[static_cast<std::size_t>(groups[i])];
    hash = std::min(hash, xxh3_64(normalised[i], seed));
  }
  std::vector<std::uint64_t> sorted = hashes;
  std::sort(sorted.begin(), sorted.end());
  // Never everything: at least one group is left to train on.
  const std::size_t wanted = count == 0 ? 0 : std::min(static_cast<std::size_t>(questions), count - 1);
  if (wanted == 0) return;
  const std::uint64_t last = sorted[wanted - 1];
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (hashes[static_cast<std::size_t>(groups[i])] <= last) kept[i]->split = trajectory::Split::validation;
  }
}

}  // namespace srl::data_prep
