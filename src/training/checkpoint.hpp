#pragma once
// Checkpoints: RUN/checkpoints/update_000120/{rank_00000.h5 …, state.json, COMPLETE} (DESIGN). Complete or not there; saved on any number of
// ranks, resumed on any other.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "comm/communicator.hpp"
#include "training/optimizer.hpp"

namespace srl::training {

/// The loop's state: everything besides weights and moments that the next update depends on.
struct LoopState {
  std::int64_t update = 0;             ///< finished updates
  std::int64_t position = 0;           ///< next draw of the global order
  std::int64_t rollouts_sampled = 0;
  std::int64_t bad_updates = 0;        ///< in a row, skipped
  double best_validation = -1e30;
};

/// Collective. Returns the seconds it took. EnvironmentError (full disk) leaves the previous checkpoints as they are. `options` is kept for
/// the check on resume; `fingerprint` names the data.
double save_checkpoint(const std::filesystem::path& run, const LoopState& state, const Optimizer& optimizer, const Json& options,
                       const std::string& fingerprint, std::int64_t keep, const comm::Communicator& world);

struct Found {
  std::filesystem::path folder;
  LoopState state;
  std::int64_t optimizer_steps = 0;
  std::vector<PieceInfo> pieces;       ///< in rank order
  Json options;
  std::string fingerprint;
};

/// Collective; rank 0 looks. The newest complete checkpoint whose files all have the size and checksum that its state.json says; damaged or
/// torn ones are named in the log and passed over (a damaged one is renamed damaged_update_N). Nothing when there never was one; BadInput when there
/// are some and all are damaged: a run is never started afresh silently.
std::optional<Found> find_checkpoint(const std::filesystem::path& run, const comm::Communicator& world);

/// Names of options that differ and may not: resuming with them would not continue the same run. `changed` collects allowed differences.
std::vector<std::string> forbidden_changes(const Json& saved, const Json& now, std::vector<std::string>& changed);

}  // namespace srl::training
