#include "comm/watch/standstill.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace srl::comm {

Standstill::Standstill(int rank, std::vector<std::string> hosts, const Beat& start)
    : rank_(rank), hosts_(std::move(hosts)), default_limit_(start.limit), seen_(hosts_.size(), Seen{start}) {}

void Standstill::hear(int from, const Beat& beat, double now) {
  Seen& s = seen_[static_cast<std::size_t>(from)];
  if (beat.sequence != s.beat.sequence || beat.progress != s.beat.progress) { s.moved = now; }
  s.beat = beat;
  s.heard = now;
}

std::optional<Alarm> Standstill::tick(double now) {
  const double gap = now - last_tick_;
  last_tick_ = now;
  if (gap > suspended_seconds) {
    for (Seen& s : seen_) {
      s.heard = std::min(s.heard + gap, now);
      s.moved = std::min(s.moved + gap, now);
    }
    return std::nullopt;
  }
  return rank_ == 0 ? judge_all(now) : judge_root(now);
}

void Standstill::add_missing(Alarm& found, int rank, double silent) const {
  found.report += cat(" - MISSING, no heartbeat for ", fixed(silent, 0), " s");
  found.missing_ranks.push_back(rank);
  found.missing_hosts.push_back(hosts_[static_cast<std::size_t>(rank)]);
}

/// Rank 0: alarm if no rank has made progress for the longest limit among the ranks' current phases.
std::optional<Alarm> Standstill::judge_all(double now) const {
  double moved = 0, limit = 0;
  for (const Seen& s : seen_) {
    moved = std::max(moved, s.moved);
    limit = std::max(limit, s.beat.limit);
  }
  if (now - moved <= limit) { return std::nullopt; }
  Alarm found{cat("watchdog: no rank has made progress for ", fixed(now - moved, 0), " s (limit ",
                  fixed(limit, 0), " s)")};
  for (int r = 0; r < static_cast<int>(seen_.size()); ++r) {
    const Seen& s = seen_[static_cast<std::size_t>(r)];
    found.report += cat("\n  rank ", r, " on ", hosts_[static_cast<std::size_t>(r)], ": phase '",
                        s.beat.phase, "', number ", s.beat.sequence, ", progress ", s.beat.progress);
    if (r != 0 && now - s.heard > 3 * beat_seconds) { add_missing(found, r, now - s.heard); }
  }
  return found;
}

/// Other ranks: alarm if rank 0 itself sends no heartbeats.
std::optional<Alarm> Standstill::judge_root(double now) const {
  if (now - seen_[0].heard <= std::max(seen_[0].beat.limit, default_limit_) + grace_seconds) {
    return std::nullopt;
  }
  Alarm found{cat("watchdog: rank 0 on ", hosts_[0], ", last in phase '", seen_[0].beat.phase, "'")};
  add_missing(found, 0, now - seen_[0].heard);
  return found;
}

}  // namespace srl::comm
