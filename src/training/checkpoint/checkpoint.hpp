#pragma once
// Checkpoints: RUN/checkpoints/update_000120/{rank_00000.h5 …, carried.jsonl, finished.jsonl, state.json,
// COMPLETE} (docs/design.md, "Checkpoints"). Complete or not there; saved on any number of ranks, resumed on
// any other. Writing: checkpoint_writer.hpp.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "comm/communicator.hpp"
#include "training/data/batch.hpp"
#include "training/optimise/optimizer.hpp"

namespace srl::training {

/// The loop's state: everything besides weights and moments that the next update depends on.
struct LoopState {
  std::int64_t update = 0;    ///< finished updates
  std::int64_t position = 0;  ///< next draw of the global order
  std::int64_t rollouts_sampled = 0;
  std::int64_t bad_updates = 0;  ///< in a row, skipped
  double best_validation = -1e30;
  std::int64_t best_update = -1;  ///< where that was; its checkpoint is kept
  std::int64_t without_gain = 0;  ///< validations since then
  bool validation_owed =
      false;       ///< a stop request broke off the one of this update: it comes before the next update
  Batch carried;   ///< kept groups of the last update that it had no room for (objective.surplus = carry)
  Batch finished;  ///< groups sampled for the next update when a stop request dropped it: they need not be
                   ///< sampled again
};

/// What state.json holds besides the loop's state.
struct StateFacts {
  std::int64_t optimizer_steps = 0;
  std::vector<PieceInfo> pieces;  ///< in rank order
  std::vector<PieceInfo> groups;  ///< carried.jsonl and finished.jsonl, where there are any
  Json options;
  std::string fingerprint;  ///< of the data
};

/// Writes carried.jsonl and finished.jsonl, all of whose completions this rank holds; empty ones are left
/// out.
std::vector<PieceInfo> write_groups(const std::filesystem::path& folder, const LoopState& state);
/// state.json, with a checksum of itself.
void write_state(const std::filesystem::path& folder, const LoopState& state, const StateFacts& facts);
std::filesystem::path checkpoint_folder(const std::filesystem::path& run, std::int64_t update);
/// Keeps the `keep` newest complete checkpoints and that of update `best`; removes others, and what an
/// interrupted save left.
void remove_old_checkpoints(const std::filesystem::path& run, std::int64_t keep, std::int64_t best);

struct Found {
  std::filesystem::path folder;
  LoopState state;
  StateFacts facts;
};

/// Collective; rank 0 looks. The newest complete checkpoint whose files all have the size and checksum that
/// its state.json says; damaged or torn ones are named in the log and passed over (a damaged one is renamed
/// damaged_update_N). Nothing when there never was one; BadInput when there are some and all are damaged: a
/// run is never started afresh silently.
std::optional<Found> find_checkpoint(const std::filesystem::path& run, const comm::Communicator& world);

}  // namespace srl::training
