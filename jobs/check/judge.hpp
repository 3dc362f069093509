#pragma once
// Judgements over what all ranks measured: no communication here, so that every fault can be made up in a
// test.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "jobs/check/row.hpp"

namespace srl::check {

using Hosts = std::vector<std::string>;  ///< by rank

/// Ranks by host, in the order in which the hosts first occur.
Row judge_ranks(const Hosts& hosts);

/// cores[r]: rank r's allowed cores as '0' and '1' (base, affinity_mask; empty = unknown), threads[r]: what
/// it will start. A warning where a rank has more threads than its share of cores, or ranks overlap without
/// sharing all their cores.
Row judge_threads(const Hosts& hosts, const std::vector<std::string>& cores, const std::vector<int>& threads);

/// troubles[r]: why rank r has no device it may use; gpus[r]: its GPU, empty = the CPU. With `by_itself`
/// (--device auto) nobody asked for GPUs: then trouble is a warning, else those who have it are to blame.
Row judge_gpus(const Hosts& hosts, const std::vector<std::string>& troubles,
               const std::vector<std::string>& gpus, bool by_itself);

/// clocks[r]: rank r's clock minus rank 0's, seconds. The ranks further than `limit` from the median clock
/// are to blame.
Row judge_clocks(const Hosts& hosts, const std::vector<double>& clocks, double limit);

/// versions[r]: name -> version. Those that differ from what most ranks have are to blame (of equally many
/// the later ranks).
Row judge_versions(const Hosts& hosts, const std::vector<std::map<std::string, std::string>>& versions);

/// Rates of a part of the machine (a node's all-reduce, a rank's disk) in MB/s, by rank.
/// A warning for those below a fifth of the median; 0 = not measured.
std::set<int> slow_ranks(const std::vector<double>& rates);

/// wrong[r]: ranks whose message arrived damaged at rank r. To blame: whoever is in most of the damaged
/// pairs.
std::set<int> blamed_for_pairs(const std::vector<std::vector<int>>& wrong);

/// "350 MB/s", or "350-410 MB/s" over those above zero.
std::string rate_range(const std::vector<double>& rates);

}  // namespace srl::check
