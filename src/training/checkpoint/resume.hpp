#pragma once
// Resuming from a checkpoint: which checkpoint, and which options may differ from the saved ones.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "training/checkpoint/checkpoint.hpp"
#include "training/options.hpp"

namespace srl::training {

/// What tells whether a resume trains on the same data.
struct DataIdentity {
  std::string fingerprint;
  Json shards;  ///< an object: the checksum of each shard by its path
};

/// Whether the option may differ on resume. Such options change neither the results of an update nor the
/// order of draws; they change only when the run ends, how it computes and what it writes.
bool may_change(const std::string& name);
/// Returns the options that differ but may not, as "name: before -> now". `changed` collects those that may
/// differ.
std::vector<std::string> forbidden_changes(const Json& saved, const Json& now,
                                           std::vector<std::string>& changed);

/// Collective. Applies --resume to this run directory: returns the checkpoint to resume from, or nothing for
/// a new start. `resolved`: the options as JSON. BadOption: --resume never and the directory is used, options
/// changed that may not (all are listed), or other data (the message names the shards that differ). BadInput:
/// --resume must and there is no checkpoint, or all checkpoints are damaged.
std::optional<Found> checkpoint_to_resume(const Options& options, const Json& resolved,
                                          const DataIdentity& data, const comm::Communicator& world,
                                          const std::function<void()>& tick);

}  // namespace srl::training
