#pragma once
// Runs the lanes of pair_matching.hpp one after the other on the host, the last lane first. The result must
// not depend on this order.
#include <array>
#include <stdexcept>

#include "reward/batch/coded_batch.hpp"

namespace srl::reward::testing {

class HostLanes {
 public:
  explicit HostLanes(int count) : count_(count) {}
  int count() const { return count_; }

  template <class Body>
  std::uint64_t largest(const Body& body) const {
    std::uint64_t best = 0;
    for (int lane = count_; lane-- > 0;) { best = std::max(best, body(lane)); }
    return best;
  }

  void keep(int k, const RegionTask& task) { tasks_.at(k) = task; }
  RegionTask kept(int k) const { return tasks_.at(k); }

 private:
  int count_;
  std::array<RegionTask, waiting_tasks> tasks_;  // at() throws when a warp could not hold them all
};

inline std::vector<std::int64_t> matched_on_host_lanes(const CodedBatch& batch, int lanes) {
  std::vector<std::int64_t> matched;
  for (const PlacedPair& pair : batch.pairs()) {
    HostLanes host(lanes);
    matched.push_back(matched_by_lanes(host, pair.on(batch.codes().data())));
  }
  return matched;
}

}  // namespace srl::reward::testing
