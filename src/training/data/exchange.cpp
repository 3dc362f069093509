#include "training/data/exchange.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "training/data/batch_blobs.hpp"

namespace srl::training {
namespace {

/// Calls visit(group, completion, receiver) for every completion of the batch.
template <class Visit>
void for_each_receiver(Batch& batch, const Receivers& receivers, const Visit& visit) {
  if (static_cast<std::int64_t>(receivers.size()) != completion_count(batch)) {
    throw Bug(cat(receivers.size(), " receivers for ", completion_count(batch), " completions"));
  }
  std::size_t i = 0;
  for (Group& group : batch) {
    for (Completion& completion : group.completions) { visit(group, completion, receivers[i++]); }
  }
}

void merge(std::map<std::int64_t, Group>& groups, Group group) {
  const auto [known, fresh] = groups.try_emplace(group.draw);
  if (fresh) {
    known->second = std::move(group);
    return;
  }
  if (!known->second.prompt) { known->second.prompt = group.prompt; }
  for (Completion& completion : group.completions) {
    known->second.completions.push_back(std::move(completion));
  }
}

}  // namespace

Batch gather_headers(const Batch& share, const comm::Communicator& world) {
  const std::vector<std::string> blobs =
      world.size() > 1 ? world.all_gather(encode_headers(share)) : std::vector<std::string>(1);
  std::map<std::int64_t, Group> groups;
  for (int rank = 0; rank < world.size(); ++rank) {
    const std::string& blob = blobs[static_cast<std::size_t>(rank)];
    Batch theirs = rank == world.rank() ? share : decode_headers(blob, rank, cat("rollouts of rank ", rank));
    for (Group& group : theirs) { merge(groups, std::move(group)); }
  }
  Batch all;
  for (auto& [draw, group] : groups) {
    std::stable_sort(group.completions.begin(), group.completions.end(),
                     [](const Completion& a, const Completion& b) { return a.number < b.number; });
    all.push_back(std::move(group));
  }
  return all;
}

Receivers all_to(int rank, const Batch& batch) {
  return Receivers(static_cast<std::size_t>(completion_count(batch)), rank);
}

void deliver(Batch& batch, const Receivers& receivers, Texts texts, const comm::Communicator& world) {
  bool travels = false;  // the same on all ranks
  for_each_receiver(batch, receivers, [&](const Group&, const Completion& completion, int receiver) {
    travels |= receiver != no_rank && completion.home != every_rank && completion.home != receiver;
  });
  if (!travels) { return; }
  const int me = world.rank();
  std::vector<std::string> blobs(static_cast<std::size_t>(world.size()));
  for (int rank = 0; rank < world.size(); ++rank) {
    if (rank != me) {
      blobs[static_cast<std::size_t>(rank)] = encode_payloads(batch, receivers, me, rank, texts);
    }
  }
  const std::vector<std::string> received = world.all_to_all(blobs);
  for (int rank = 0; rank < world.size(); ++rank) {
    const std::string& blob = received[static_cast<std::size_t>(rank)];
    if (!blob.empty()) { decode_payloads(blob, batch, cat("rollouts of rank ", rank)); }
  }
  for_each_receiver(batch, receivers, [&](const Group& group, const Completion& completion, int receiver) {
    if (receiver == me && !completion.payload) {
      throw BadInput(
          cat("rollouts of rank ", completion.home, ": a completion of draw ", group.draw, " is missing"));
    }
  });
}

void share_out(Batch& batch, const comm::Communicator& world) {
  for (std::size_t g = 0; g < batch.size(); ++g) {
    const auto home = static_cast<std::int32_t>(g % static_cast<std::size_t>(world.size()));
    for (Completion& completion : batch[g].completions) {
      completion.home = home;
      if (home != world.rank()) { completion.payload.reset(); }
    }
    if (home != world.rank()) { batch[g].prompt.reset(); }
  }
}

}  // namespace srl::training
