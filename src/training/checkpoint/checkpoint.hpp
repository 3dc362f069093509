#pragma once
// Checkpoints: RUN/checkpoints/update_000120/{rank_00000.safetensors …, carried.jsonl, finished.jsonl,
// state.json, COMPLETE} (docs/design.md, "Checkpoints"). A checkpoint without COMPLETE does not count. One
// saved on any number of ranks can be resumed on any other. Writing: checkpoint_writer.hpp.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "comm/communicator.hpp"
#include "training/data/batch.hpp"
#include "training/optimise/optimizer.hpp"
#include "training/sample/refill.hpp"
#include "training/sample/sampled_figures.hpp"

namespace srl::training {

/// State of the training loop: everything besides weights and moments that the next update depends on.
struct LoopState {
  std::int64_t update = 0;    ///< finished updates
  std::int64_t position = 0;  ///< index of the next draw in the global order
  std::int64_t rollouts_sampled = 0;
  std::int64_t bad_updates = 0;  ///< updates skipped in a row
  EmptyUpdates empty = {};       ///< updates without a kept group in a row
  KeptShare kept_share = {};     ///< decides how many groups later sampling rounds ask for
  double best_validation = -1e30;
  std::int64_t best_update = -1;  ///< update of best_validation; its checkpoint is kept
  std::int64_t without_gain = 0;  ///< validations since best_update
  bool validation_owed =
      false;  ///< a stop request interrupted this update's validation; it runs before the next update
  bool export_owed = false;  ///< export_best was not complete; best_update is then this update
  Batch carried;   ///< kept groups that did not fit into the last update (objective.surplus = carry)
  Batch finished;  ///< groups sampled for the next update before a stop request dropped it; not sampled again
};

/// What state.json holds besides the loop's state.
struct StateFacts {
  std::int64_t optimizer_steps = 0;
  std::vector<PieceInfo> pieces;  ///< in rank order
  std::vector<PieceInfo> groups;  ///< carried.jsonl and finished.jsonl, if they exist
  Json options;
  std::string fingerprint;  ///< of the data
};

/// Writes the carried and the finished groups, unless there are none, under names that the folder does not
/// have yet: carried.jsonl, later carried_2.jsonl. The state.json in the folder therefore stays true until a
/// new one replaces it. This rank holds all their completions.
std::vector<PieceInfo> write_groups(const std::filesystem::path& folder, const LoopState& state);
/// Replaces state.json, with a checksum of itself, then removes files of groups that it does not list.
void write_state(const std::filesystem::path& folder, const LoopState& state, const StateFacts& facts);
std::filesystem::path checkpoint_folder(const std::filesystem::path& run, std::int64_t update);
/// Keeps the `keep` newest complete checkpoints and that of update `best`. Removes all others and incomplete
/// ones.
void remove_old_checkpoints(const std::filesystem::path& run, std::int64_t keep, std::int64_t best);

/// Removes what an interrupted save left: folders without the mark. Call it on one rank, before any save.
void remove_incomplete_checkpoints(const std::filesystem::path& run);

struct Found {
  std::filesystem::path folder;
  LoopState state;
  StateFacts facts;
};

/// Collective. Returns the newest complete checkpoint whose files all have the size and checksum in its
/// state.json; the ranks share the files out. Incomplete and damaged ones are named in the log and skipped; a
/// damaged one is renamed damaged_update_N. Returns nothing when there is no complete checkpoint. BadInput
/// when all complete ones are damaged: a run never silently starts again from update 0. `tick` is called
/// while files are verified.
std::optional<Found> find_checkpoint(const std::filesystem::path& run, const comm::Communicator& world,
                                     const std::function<void()>& tick);

}  // namespace srl::training
