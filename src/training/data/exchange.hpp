#pragma once
// How rollouts travel between ranks, in binary. Every rank learns of every group what it takes to choose:
// lengths, rewards, how it ended (gather_headers). What was written stays at the rank that sampled it, its
// home, until another rank needs it (deliver): ids and log-probabilities bit for bit, a prompt once per group
// and receiver. Homes and receivers are those of single completions, so the completions of a group may be
// spread over ranks.
#include <vector>

#include "comm/communicator.hpp"
#include "training/data/batch.hpp"

namespace srl::training {

/// Collective. All ranks' groups in the order of their draws; of this rank's own completions with what was
/// written. Completions of one draw that come from several ranks become one group, in the order of their
/// numbers.
Batch gather_headers(const Batch& share, const comm::Communicator& world);

/// Who needs a completion, one rank each; `no_rank`: none does.
inline constexpr int no_rank = -1;
/// [completions of the batch, group by group]
using Receivers = std::vector<int>;
/// All completions to one rank.
Receivers all_to(int rank, const Batch& batch);

/// Thoughts and actions are needed for files only.
enum class Texts { no, yes };
/// Collective; the batch's headers and `receivers` are the same on all ranks. Afterwards each receiver also
/// holds its completions and their groups' prompts.
void deliver(Batch& batch, const Receivers& receivers, Texts texts, const comm::Communicator& world);

/// For a batch that every rank holds whole (read from a file): from here on each group is at one rank, its
/// home.
void share_out(Batch& batch, const comm::Communicator& world);

}  // namespace srl::training
