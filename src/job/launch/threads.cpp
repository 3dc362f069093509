#include "job/launch/threads.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/counted.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/thread_pool.hpp"
#include "job/launch/allocation.hpp"

namespace srl::job {

int threads_of_rank(int requested, const comm::Communicator& world) {
  const std::string mine = affinity_mask();
  const comm::Communicator node = world.ranks_on_this_node();
  const std::vector<std::string> masks = node.all_gather(mine);
  const auto sharing = static_cast<int>(std::count(masks.begin(), masks.end(), mine));
  const int allotted = allotted_threads(node.size()), threads = thread_count(requested, sharing);
  return requested > 0 || allotted == 0 ? threads : std::min(threads, allotted);
}

int cores_in(const std::vector<std::string>& masks, int allotted, int unknown) {
  std::string all;
  for (const std::string& mask : masks) {
    if (mask.empty()) { return allotted > 0 ? std::min(allotted, unknown) : unknown; }
    all.resize(std::max(all.size(), mask.size()), '0');
    for (std::size_t core = 0; core < mask.size(); ++core) {
      if (mask[core] == '1') { all[core] = '1'; }
    }
  }
  const auto cores = static_cast<int>(std::count(all.begin(), all.end(), '1'));
  return allotted > 0 ? std::min(allotted, cores) : cores;
}

std::string oversubscription(const NodeLoad& load) {
  if (load.threads <= load.cores) { return ""; }
  const int fitting = load.cores / load.ranks;
  return cat(load.host, " has ", counted(load.threads, "thread"), " (", counted(load.ranks, "rank"), ") on ",
             counted(load.cores, "core"), " that they may use, so they wait for each other: ",
             fitting > 0 ? cat("give --threads ", fitting) : cat("start at most ", load.cores, " there"),
             ", or ask for more cores");
}

void warn_about_oversubscription(int threads, const comm::Communicator& world) {
  const comm::Communicator node = world.ranks_on_this_node();
  const std::vector<std::string> masks = node.all_gather(affinity_mask());
  const int all = static_cast<int>(node.all_reduce(std::int64_t{threads}, comm::Reduce::sum));
  const int cores =
      cores_in(masks, allotted_cores(node.size()), static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)));
  const std::string mine = node.is_root() ? oversubscription({host_name(), node.size(), all, cores}) : "";
  std::vector<std::string> nodes = world.all_gather(mine);
  std::erase(nodes, "");
  if (nodes.empty() || !world.is_root()) { return; }
  log_warning(cat(nodes.front(),
                  nodes.size() == 1 ? std::string() : cat(" (and ", nodes.size() - 1, " more like it)")));
}

}  // namespace srl::job
