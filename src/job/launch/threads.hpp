#pragma once
// The threads of this rank, and a warning when a node has more threads than cores. Used only inside this
// room.
#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace srl::job {

/// `requested` threads, or by itself as many as the rank has cores, and never more than it was allotted: the
/// batch system does not bind ranks to cores everywhere. Collective over the ranks of a node.
int threads_of_rank(int requested, const comm::Communicator& world);

/// What a node's ranks run on: their threads in all, and the cores that they may use.
struct NodeLoad {
  std::string host;
  int ranks = 1, threads = 1, cores = 1;
};
/// The cores in any of the masks (affinity_mask), at most `allotted` if that is not 0. `unknown` is for empty
/// masks.
int cores_in(const std::vector<std::string>& masks, int allotted, int unknown);
/// "" if there are cores enough; else the sentence that says so, with what to do.
std::string oversubscription(const NodeLoad& load);

/// Rank 0 warns once if any node has more threads than cores. Collective.
void warn_about_oversubscription(int threads, const comm::Communicator& world);

}  // namespace srl::job
