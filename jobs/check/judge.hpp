#pragma once
// Judges the measurements of all ranks. There is no communication here, so that tests can simulate every
// fault.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "jobs/check/row.hpp"

namespace srl::check {

using Hosts = std::vector<std::string>;  ///< by rank

/// Ranks by host, in the order in which the hosts first occur.
Row judge_ranks(const Hosts& hosts);

/// cores[r]: the cores that rank r may use, as '0' and '1' (base, affinity_mask; empty = unknown).
/// threads[r]: the number of threads it will start. A warning if a rank has more threads than its share of
/// cores, or if the cores of two ranks overlap but are not the same.
Row judge_threads(const Hosts& hosts, const std::vector<std::string>& cores, const std::vector<int>& threads);

/// troubles[r]: why rank r has no usable device; gpus[r]: its GPU, empty = the CPU. With `by_itself`
/// (--device auto) no GPU was requested, so a missing one is a warning. Otherwise the check fails and these
/// ranks are to blame.
Row judge_gpus(const Hosts& hosts, const std::vector<std::string>& troubles,
               const std::vector<std::string>& gpus, bool by_itself);

/// clocks[r]: clock of rank r minus that of rank 0, in seconds. Ranks that differ from the median clock by
/// more than `limit` are to blame.
Row judge_clocks(const Hosts& hosts, const std::vector<double>& clocks, double limit);

/// versions[r]: name -> version. Ranks that differ from the majority are to blame; without a majority, the
/// later ranks.
Row judge_versions(const Hosts& hosts, const std::vector<std::map<std::string, std::string>>& versions);

/// limits[r]: the memory of rank r's node divided by its ranks, in bytes; sources[r]: who sets this limit.
/// `need`: what the run needs at least per rank; 0 = unknown. Ranks with less are to blame.
Row judge_memory(const Hosts& hosts, const std::vector<double>& limits,
                 const std::vector<std::string>& sources, double need);

/// rates[r]: MB/s of a part of the machine (the all-reduce of a node, the disk of a rank); 0 = not measured.
/// Returns the ranks below a fifth of the median.
std::set<int> slow_ranks(const std::vector<double>& rates);

/// wrong[r]: ranks whose message arrived damaged at rank r. The ranks in most of the damaged pairs are to
/// blame.
std::set<int> blamed_for_pairs(const std::vector<std::vector<int>>& wrong);

/// "350 MB/s" or "350-410 MB/s", for the rates above zero.
std::string rate_range(const std::vector<double>& rates);

}  // namespace srl::check
