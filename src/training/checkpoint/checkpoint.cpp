#include "training/checkpoint/checkpoint.hpp"

#include <algorithm>
#include <string_view>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "comm/agreed_failure.hpp"
#include "job/progress.hpp"
#include "store/complete_folder.hpp"
#include "training/data/batch_lines.hpp"
#include "training/data/exchange.hpp"
#include "training/optimise/piece_loading.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view carried_name = "carried", finished_name = "finished";
constexpr std::string_view checksum_name = "\"xxh3_128\": \"",
                           no_checksum = "00000000000000000000000000000000";

Json pieces_json(const std::vector<PieceInfo>& pieces) {
  Json list = Json::array();
  for (const PieceInfo& piece : pieces) {
    Json json = Json::object();
    json["file"] = piece.file;
    json["bytes"] = piece.bytes;
    json["xxh3_128"] = piece.xxh3_128;
    list.push_back(std::move(json));
  }
  return list;
}

std::vector<PieceInfo> pieces_of(const Json& list) {
  std::vector<PieceInfo> pieces;
  for (const Json& piece : list.as_array()) {
    pieces.push_back({piece.at("file").as_string(), piece.at("xxh3_128").as_string(),
                      static_cast<std::uint64_t>(piece.at("bytes").as_integer())});
  }
  return pieces;
}

/// Position of the file's own checksum in its text: its first member.
std::size_t checksum_place(const std::string& text, const std::string& where) {
  const std::size_t at = text.find(checksum_name);
  if (at == std::string::npos || at + checksum_name.size() + no_checksum.size() > text.size()) {
    throw BadInput(cat(where, ": has no checksum of itself: the file is damaged, or not a checkpoint"));
  }
  return at + checksum_name.size();
}

void check_own_checksum(std::string text, const std::string& where) {
  const std::size_t place = checksum_place(text, where);
  const std::string told = text.substr(place, no_checksum.size());
  if (xxh3_128_hex(text.replace(place, no_checksum.size(), no_checksum)) != told) {
    throw BadInput(cat(where, ": damaged: its checksum differs from its content"));
  }
}

/// Folders update_N of the run, newest first.
std::vector<fs::path> checkpoint_folders(const fs::path& run) {
  std::vector<fs::path> folders;
  if (!fs::is_directory(run / "checkpoints")) { return folders; }
  for (const auto& entry : fs::directory_iterator(run / "checkpoints")) {
    if (entry.is_directory() && entry.path().filename().string().starts_with("update_")) {
      folders.push_back(entry.path());
    }
  }
  std::sort(folders.rbegin(), folders.rend());
  return folders;
}

Json empty_json(const EmptyUpdates& empty) {
  return Json::Object{{"updates", empty.updates},         {"groups", empty.groups},
                      {"completions", empty.completions}, {"format_right", empty.format_right},
                      {"truncated", empty.truncated},     {"reward_sum", empty.reward_sum}};
}

EmptyUpdates empty_of(const Json& json) {
  const auto integer = [&](const char* name) { return json.at(name).as_integer(); };
  return {integer("updates"),      integer("groups"),    integer("completions"),
          integer("format_right"), integer("truncated"), json.at("reward_sum").as_double()};
}

/// `text`: of the folder's state.json.
Found found_in(const fs::path& folder, const std::string& text) {
  const fs::path file = folder / "state.json";
  check_own_checksum(text, file.string());
  const Json json = Json::parse(text, file.string());
  const std::int64_t version = json.at("version").as_integer();
  if (json.at("format").as_string() != "srl-checkpoint" || version < 1 || version > 2) {
    throw BadInput(cat(file.string(), ": not a checkpoint of version 1 or 2"));
  }
  Found found;
  found.folder = folder;
  LoopState& state = found.state;
  state.update = json.at("update").as_integer();
  state.position = json.at("position").as_integer();
  state.rollouts_sampled = json.at("rollouts_sampled").as_integer();
  state.bad_updates = json.at("bad_updates").as_integer();
  state.best_validation = json.at("best_validation").as_double();
  state.best_update = json.at("best_update").as_integer();
  state.without_gain = json.at("without_gain").as_integer();
  if (const Json* empty = json.find("empty_updates")) { state.empty = empty_of(*empty); }
  if (const Json* share = json.find("kept_share")) {
    state.kept_share = {share->at("sampled").as_integer(), share->at("kept").as_integer()};
  }
  const Json* owed = json.find("validation_owed");
  state.validation_owed = owed != nullptr && owed->as_bool();
  const Json* export_owed = json.find("export_owed");
  state.export_owed = export_owed != nullptr && export_owed->as_bool();
  found.facts = {json.at("optimizer_steps").as_integer(), pieces_of(json.at("files")),
                 pieces_of(json.at("groups")), json.at("options"), json.at("data").as_string()};
  return found;
}

/// One rank reads a file, and all get its text.
std::string read_on_root(const fs::path& file, const comm::Communicator& world) {
  std::string text, error;
  try {
    if (world.is_root()) { text = read_file(file); }
  } catch (const Error& caught) { error = caught.what(); }
  comm::throw_if_any(error, world);
  return world.broadcast(std::move(text), 0);
}

void read_groups(Found& found, const comm::Communicator& world) {
  for (const PieceInfo& piece : found.facts.groups) {
    const fs::path file = found.folder / piece.file;
    Batch& batch = piece.file.starts_with(carried_name) ? found.state.carried : found.state.finished;
    batch = batch_from_lines(read_on_root(file, world), file.string());
    share_out(batch, world);
  }
}

void verify(const fs::path& file, const PieceInfo& piece, const std::function<void()>& tick) {
  std::error_code missing;
  if (fs::file_size(file, missing) != piece.bytes || missing) {
    throw BadInput(cat(file.string(), ": missing or truncated"));
  }
  if (file_checksum(file.string(), tick) != piece.xxh3_128) {
    throw BadInput(cat(file.string(), ": damaged: its checksum differs from that in state.json"));
  }
}

/// Collective. Each file is verified by the rank that will read it. Throws the same on all ranks.
void verify_files(const Found& found, const comm::Communicator& world, const std::function<void()>& tick) {
  std::vector<PieceInfo> files = found.facts.pieces;
  files.insert(files.end(), found.facts.groups.begin(), found.facts.groups.end());
  job::Progress progress("verify the checkpoint", "files", static_cast<double>(files.size()),
                         world.is_root());
  std::string error;
  try {
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (reader_of(i, world) != world.rank()) { continue; }
      verify(found.folder / files[i].file, files[i], tick);
      progress.update(static_cast<double>(i + 1));
    }
  } catch (const Error& caught) { error = caught.what(); }
  comm::throw_if_any(error, world);
}

/// "carried.jsonl", or the first of "carried_2.jsonl", … that the folder does not have.
std::string unused_name(const fs::path& folder, std::string_view name) {
  std::string file = cat(name, ".jsonl");
  for (int number = 2; fs::exists(folder / file); ++number) { file = cat(name, "_", number, ".jsonl"); }
  return file;
}

/// Files of groups that an earlier state.json listed, or that an interrupted save left.
void remove_other_groups(const fs::path& folder, const std::vector<PieceInfo>& listed) {
  std::vector<fs::path> others;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool groups = entry.path().extension() == ".jsonl" &&
                        (name.starts_with(carried_name) || name.starts_with(finished_name));
    if (groups && std::none_of(listed.begin(), listed.end(),
                               [&](const PieceInfo& piece) { return piece.file == name; })) {
      others.push_back(entry.path());
    }
  }
  for (const fs::path& other : others) {
    std::error_code ignored;  // a file that cannot be removed does no harm
    fs::remove(other, ignored);
  }
}

/// Collective. Newest first, as rank 0 sees them.
std::vector<fs::path> complete_folders(const fs::path& run, const comm::Communicator& world) {
  Json names = Json::array();
  if (world.is_root()) {
    for (const fs::path& folder : checkpoint_folders(run)) {
      if (store::is_complete(folder)) {
        names.push_back(folder.string());
      } else {
        log_warning(cat(folder.string(), " is skipped: not complete (interrupted while saving)"));
      }
    }
  }
  std::vector<fs::path> folders;
  const Json all = Json::parse(world.broadcast(names.dump(), 0), "checkpoints");
  for (const Json& name : all.as_array()) { folders.emplace_back(name.as_string()); }
  return folders;
}

/// Renames damaged folders, so that they do not count as checkpoints when old ones are removed.
void set_aside(const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    const fs::path aside = folder.parent_path() / cat("damaged_", folder.filename().string());
    store::remove_folder(aside);
    fs::rename(folder, aside);
  }
}

}  // namespace

fs::path checkpoint_folder(const fs::path& run, std::int64_t update) {
  return run / "checkpoints" / cat("update_", zero_padded(update, 6));
}

std::vector<PieceInfo> write_groups(const fs::path& folder, const LoopState& state) {
  std::vector<PieceInfo> written;
  for (const auto& [name, batch] :
       {std::pair(carried_name, &state.carried), std::pair(finished_name, &state.finished)}) {
    if (batch->empty()) { continue; }
    const std::string lines = batch_to_lines(*batch, true), file = unused_name(folder, name);
    write_file_atomically(folder / file, lines);
    written.push_back({file, xxh3_128_hex(lines), lines.size()});
  }
  return written;
}

void write_state(const fs::path& folder, const LoopState& state, const StateFacts& facts) {
  Json json = Json::object();
  json["xxh3_128"] = no_checksum;
  json["format"] = "srl-checkpoint";
  json["version"] = 2;
  json["update"] = state.update;
  json["position"] = state.position;
  json["rollouts_sampled"] = state.rollouts_sampled;
  json["bad_updates"] = state.bad_updates;
  json["empty_updates"] = empty_json(state.empty);
  Json& share = json["kept_share"] = Json::object();
  share["sampled"] = state.kept_share.sampled;
  share["kept"] = state.kept_share.kept;
  json["best_validation"] = state.best_validation;
  json["best_update"] = state.best_update;
  json["without_gain"] = state.without_gain;
  json["validation_owed"] = state.validation_owed;
  json["export_owed"] = state.export_owed;
  json["optimizer_steps"] = facts.optimizer_steps;
  json["data"] = facts.fingerprint;
  json["files"] = pieces_json(facts.pieces);
  json["groups"] = pieces_json(facts.groups);
  json["options"] = facts.options;
  const fs::path file = folder / "state.json";
  std::string text = json.dump(2) + "\n";
  write_file_atomically(
      file, text.replace(checksum_place(text, file.string()), no_checksum.size(), xxh3_128_hex(text)));
  remove_other_groups(folder, facts.groups);
}

void remove_old_checkpoints(const fs::path& run, std::int64_t keep, std::int64_t best) {
  std::int64_t complete = 0;
  for (const fs::path& folder : checkpoint_folders(run)) {
    if (store::is_complete(folder) && (++complete <= keep || folder == checkpoint_folder(run, best))) {
      continue;
    }
    store::remove_folder(folder);  // an older one, or an interrupted save
  }
}

void remove_incomplete_checkpoints(const fs::path& run) {
  for (const fs::path& folder : checkpoint_folders(run)) {
    if (!store::is_complete(folder)) { store::remove_folder(folder); }
  }
}

std::optional<Found> find_checkpoint(const fs::path& run, const comm::Communicator& world,
                                     const std::function<void()>& tick) {
  std::vector<fs::path> passed_over;
  for (const fs::path& folder : complete_folders(run, world)) {
    try {
      Found found = found_in(folder, read_on_root(folder / "state.json", world));
      verify_files(found, world, tick);
      if (world.is_root()) { set_aside(passed_over); }
      read_groups(found, world);
      return found;
    } catch (const Error& error) {
      if (says_too_many_files(error.what())) { throw; }  // the checkpoint is whole
      log_warning(cat(error.what(), "; trying the checkpoint before it"));
      passed_over.push_back(folder);
    }
  }
  if (passed_over.empty()) { return std::nullopt; }
  throw BadInput(cat("every checkpoint of ", run.string(),
                     " is damaged; to start again from update 0, remove its folder checkpoints"));
}

}  // namespace srl::training
