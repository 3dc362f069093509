#include "training/checkpoint.hpp"

#include <algorithm>
#include <array>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "store/complete_folder.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

Json piece_json(const PieceInfo& piece) {
  Json json = Json::object();
  json["file"] = piece.file;
  json["bytes"] = piece.bytes;
  json["xxh3_128"] = piece.xxh3_128;
  return json;
}

/// Folders update_N of the run, newest first.
std::vector<fs::path> checkpoint_folders(const fs::path& run) {
  std::vector<fs::path> folders;
  if (!fs::is_directory(run / "checkpoints")) return folders;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints")) {
    if (entry.is_directory() && entry.path().filename().string().starts_with("update_")) folders.push_back(entry.path());
  }
  std::sort(folders.rbegin(), folders.rend());
  return folders;
}

void remove_old(const fs::path& run, std::int64_t keep) {
  std::int64_t complete = 0;
  for (const fs::path& folder : checkpoint_folders(run)) {
    if (store::is_complete(folder) && ++complete <= keep) continue;
    store::remove_folder(folder);   // an older one, or what an interrupted save left
  }
}

Found read_state(const fs::path& folder) {
  const fs::path file = folder / "state.json";
  const Json json = Json::parse(read_file(file), file.string());
  if (json.at("format").as_string() != "srl-checkpoint" || json.at("version").as_integer() != 1) {
    throw BadInput(cat(file.string(), ": not a checkpoint of version 1"));
  }
  Found found;
  found.folder = folder;
  found.state = {json.at("update").as_integer(), json.at("position").as_integer(), json.at("rollouts_sampled").as_integer(),
                 json.at("bad_updates").as_integer(), json.at("best_validation").as_double()};
  found.optimizer_steps = json.at("optimizer_steps").as_integer();
  found.options = json.at("options");
  found.fingerprint = json.at("data").as_string();
  for (const Json& piece : json.at("files").as_array()) {
    found.pieces.push_back({piece.at("file").as_string(), piece.at("xxh3_128").as_string(),
                            static_cast<std::uint64_t>(piece.at("bytes").as_integer())});
  }
  return found;
}

void verify_pieces(const Found& found) {
  for (const PieceInfo& piece : found.pieces) {
    const fs::path file = found.folder / piece.file;
    std::error_code missing;
    if (fs::file_size(file, missing) != piece.bytes || missing) throw BadInput(cat(file.string(), ": missing or truncated"));
    if (file_checksum(file.string()) != piece.xxh3_128) throw BadInput(cat(file.string(), ": checksum differs: damaged"));
  }
}

/// Damaged folders get another name: they must not count as checkpoints when old ones are removed.
void set_aside(const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    const fs::path aside = folder.parent_path() / cat("damaged_", folder.filename().string());
    store::remove_folder(aside);
    fs::rename(folder, aside);
  }
}

/// Options that shape neither the numbers nor their order, or only how far the run goes.
bool may_change(const std::string& name) {
  static const std::array exact{"config", "threads", "resume", "dry_run", "run", "data", "training.updates", "training.epochs",
                                "training.pack_tokens", "training.recompute", "training.dump_gradients", "training.samples_kept",
                                "training.max_bad_updates", "rollout.save", "rollout.kv_bytes", "rollout.max_batch", "rollout.prefill_chunk"};
  static const std::array sections{"checkpoint.", "validation.", "export.", "job.", "comm."};
  return std::any_of(exact.begin(), exact.end(), [&](const char* allowed) { return name == allowed; }) ||
         std::any_of(sections.begin(), sections.end(), [&](const char* section) { return name.starts_with(section); });
}

}  // namespace

double save_checkpoint(const fs::path& run, const LoopState& state, const Optimizer& optimizer, const Json& options,
                       const std::string& fingerprint, std::int64_t keep, const comm::Communicator& world) {
  Timer timer;
  const fs::path folder = run / "checkpoints" / cat("update_", zero_padded(state.update, 6));
  store::begin_folder(folder, world);
  const std::vector<std::string> pieces = world.gather(piece_json(optimizer.save(folder)).dump(), 0);
  if (world.is_root()) {
    Json json = Json::object();
    json["format"] = "srl-checkpoint";
    json["version"] = 1;
    json["update"] = state.update;
    json["position"] = state.position;
    json["rollouts_sampled"] = state.rollouts_sampled;
    json["bad_updates"] = state.bad_updates;
    json["best_validation"] = state.best_validation;
    json["optimizer_steps"] = optimizer.steps();
    json["data"] = fingerprint;
    Json files = Json::array();
    for (const std::string& piece : pieces) files.push_back(Json::parse(piece, "checkpoint piece"));
    json["files"] = std::move(files);
    json["options"] = options;
    write_file_atomically(folder / "state.json", json.dump(2) + "\n");
  }
  store::complete_folder(folder, world);
  if (world.is_root()) remove_old(run, keep);
  return timer.seconds();
}

std::optional<Found> find_checkpoint(const fs::path& run, const comm::Communicator& world) {
  std::string chosen, damaged;
  if (world.is_root()) {
    std::vector<fs::path> passed_over;
    for (const fs::path& folder : checkpoint_folders(run)) {
      if (!store::is_complete(folder)) {
        log_warning(cat(folder.string(), " is not complete (interrupted while saving); passed over"));
        continue;
      }
      try {
        verify_pieces(read_state(folder));
        chosen = folder.string();
        break;
      } catch (const Error& error) {
        log_warning(cat(error.what(), "; falling back to the checkpoint before"));
        damaged = folder.string();
        passed_over.push_back(folder);
      }
    }
    if (!chosen.empty()) set_aside(passed_over);
  }
  chosen = world.broadcast(chosen, 0);
  damaged = world.broadcast(damaged, 0);
  if (chosen.empty() && !damaged.empty()) {
    throw BadInput(cat("every checkpoint of ", run.string(), " is damaged; remove its folder checkpoints to start again from update 0"));
  }
  if (chosen.empty()) return std::nullopt;
  return read_state(chosen);
}

std::vector<std::string> forbidden_changes(const Json& saved, const Json& now, std::vector<std::string>& changed) {
  std::vector<std::string> forbidden;
  for (const auto& [name, value] : now.as_object()) {
    const Json* before = saved.find(name);
    if (before != nullptr && *before == value) continue;
    const std::string text = cat(name, ": ", before == nullptr ? "absent" : before->dump(), " -> ", value.dump());
    (may_change(name) ? changed : forbidden).push_back(text);
  }
  return forbidden;
}

}  // namespace srl::training
