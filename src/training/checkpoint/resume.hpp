#pragma once
// Going on from a checkpoint: which one, and which options may differ from those it was saved under.
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "training/checkpoint/checkpoint.hpp"
#include "training/options.hpp"

namespace srl::training {

/// May the option differ on resume? Those that shape neither the numbers nor their order, or only how far the
/// run goes and what it writes.
bool may_change(const std::string& name);
/// Options that differ and may not, as "name: before -> now"; `changed` collects those that differ and may.
std::vector<std::string> forbidden_changes(const Json& saved, const Json& now,
                                           std::vector<std::string>& changed);

/// Collective. What --resume says for this run directory: the checkpoint to go on from, or nothing for a
/// fresh start. `resolved` are the options as JSON, `fingerprint` is the data's. BadOption: never and the
/// directory is used, or an option that may not change has changed (all are listed). BadInput: must and there
/// is none, other data, or all are damaged.
std::optional<Found> checkpoint_to_resume(const Options& options, const Json& resolved,
                                          const std::string& fingerprint, const comm::Communicator& world);

}  // namespace srl::training
