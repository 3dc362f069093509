#include "training/checkpoint/resume.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::training {

bool may_change(const std::string& name) {
  static constexpr std::array<std::string_view, 26> exact{
      "config",
      "threads",
      "resume",
      "dry_run",
      "run",
      "data",
      "deterministic",
      "device",
      "dtype",  // but not between fp64 and the others: a checkpoint of other elements is refused
      "compute.attention",
      "method",  // the options that method sets and the shards' checksums are compared
      "training.updates",
      "training.epochs",
      "training.max_tokens_per_pack",
      "training.recompute",
      "training.zero_stage",
      "training.dump_gradients",
      "training.samples_kept",
      "training.max_bad_updates",
      "training.max_empty_updates",
      "training.tensorboard",
      "rollout.save",
      "rollout.kv_cache_bytes",
      "rollout.graphs",
      "rollout.max_sequences",
      "rollout.prefill_chunk"};
  static constexpr std::array<std::string_view, 6> sections{"checkpoint.", "validation.", "export.",
                                                            "job.",        "comm.",       "plan."};
  return std::any_of(exact.begin(), exact.end(), [&](std::string_view allowed) { return name == allowed; }) ||
         std::any_of(sections.begin(), sections.end(),
                     [&](std::string_view section) { return name.starts_with(section); });
}

std::vector<std::string> forbidden_changes(const Json& saved, const Json& now,
                                           std::vector<std::string>& changed) {
  std::vector<std::string> forbidden;
  for (const auto& [name, value] : now.as_object()) {
    const Json* before = saved.find(name);
    if (before != nullptr && *before == value) { continue; }
    (may_change(name) ? changed : forbidden)
        .push_back(cat(name, ": ", before == nullptr ? "absent" : before->dump(), " -> ", value.dump()));
  }
  return forbidden;
}

namespace {

/// Which shards differ from those of the run's last start (provenance.json).
std::string other_shards(const std::filesystem::path& run, const Json& now) {
  const std::filesystem::path file = run / "provenance.json";
  const Json start = std::filesystem::exists(file) ? Json::parse(read_file(file), file.string()) : Json();
  const Json* facts = start.find("extra");
  const Json* before = facts == nullptr ? nullptr : facts->find("shards");
  if (before == nullptr) { return "which of them is not known"; }
  std::vector<std::string> differences;
  for (const auto& [shard, checksum] : now.as_object()) {
    const Json* old_checksum = before->find(shard);
    if (old_checksum == nullptr) {
      differences.push_back(shard + " was not among them");
    } else if (*old_checksum != checksum) {
      differences.push_back(shard + " has changed");
    }
  }
  for (const auto& [shard, checksum] : before->as_object()) {
    if (now.find(shard) == nullptr) { differences.push_back(shard + " is missing"); }
  }
  if (differences.empty()) { return "the same shards have other weights or another order"; }
  constexpr std::size_t most = 5;
  const std::size_t more = differences.size() > most ? differences.size() - most : 0;
  differences.resize(differences.size() - more);
  return cat(join(differences, ", "), more > 0 ? cat(", and ", more, " more") : std::string());
}

}  // namespace

std::optional<Found> checkpoint_to_resume(const Options& options, const Json& resolved,
                                          const DataIdentity& data, const comm::Communicator& world,
                                          const std::function<void()>& tick) {
  const std::filesystem::path run = options.run;
  const bool mine =
      std::filesystem::exists(run / "metrics.jsonl") || std::filesystem::exists(run / "checkpoints");
  const bool used = world.all_reduce(std::int64_t{mine}, comm::Reduce::max) > 0;
  if (options.resume == Resume::never) {
    if (used) {
      throw BadOption(cat("--resume never: ", options.run, " already holds a run; choose another folder"));
    }
    return std::nullopt;
  }
  std::optional<Found> found = find_checkpoint(run, world, tick);
  if (!found) {
    if (options.resume == Resume::must) {
      throw BadInput(cat("--resume must: there is no complete checkpoint in ", options.run));
    }
    if (used) {
      log_common_warning(cat("no complete checkpoint in ", options.run, ": starting from update 0"));
    }
    return std::nullopt;
  }
  std::vector<std::string> changed;
  const std::vector<std::string> forbidden = forbidden_changes(found->facts.options, resolved, changed);
  if (!forbidden.empty()) {
    throw BadOption(cat("options that may not change differ from those of the checkpoint ",
                        found->folder.string(), ": ", join(forbidden, "; ")));
  }
  if (found->facts.fingerprint != data.fingerprint) {
    throw BadOption(cat("the data (--data) differ from those of the checkpoint ", found->folder.string(),
                        ": ", other_shards(run, data.shards)));
  }
  if (!changed.empty()) { log_info(cat("changed options: ", join(changed, "; "))); }
  return found;
}

}  // namespace srl::training
