#pragma once
// Exchange of rollouts between ranks, in binary. Every rank receives the headers of all completions: lengths,
// rewards, finish reasons (gather_headers). A payload stays on the rank that sampled it, its home, until
// another rank needs it (deliver). Ids and log-probabilities arrive bit for bit; a prompt is sent once per
// group and receiver. Each completion has its own home and receiver, so the completions of a group may be
// spread over ranks.
#include <vector>

#include "comm/communicator.hpp"
#include "training/data/batch.hpp"

namespace srl::training {

/// Collective. Returns all ranks' groups in the order of their draws; this rank's own completions keep their
/// payloads. Completions of one draw from several ranks become one group, in the order of their numbers.
Batch gather_headers(const Batch& share, const comm::Communicator& world);

/// The receiver of a completion that no rank needs.
inline constexpr int no_rank = -1;
/// The rank that needs each completion, [completions of the batch, group by group].
using Receivers = std::vector<int>;
/// Sends all completions to one rank.
Receivers all_to(int rank, const Batch& batch);

/// Whether thoughts and actions are sent too; only files need them.
enum class Texts { no, yes };
/// Collective. The batch's headers and `receivers` must be the same on all ranks. Afterwards each receiver
/// also holds the payloads of its completions and the prompts of their groups.
void deliver(Batch& batch, const Receivers& receivers, Texts texts, const comm::Communicator& world);

/// For a batch that every rank has read from a file: assigns each group to one home rank and frees it on the
/// others.
void share_out(Batch& batch, const comm::Communicator& world);

}  // namespace srl::training
