#include <map>
#include <tuple>

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/foreign_file.hpp"
#include "base/strings.hpp"
#include "trajectory/shard.hpp"

namespace srl::trajectory {

void write_manifest(const std::filesystem::path& data_folder, const Manifest& manifest) {
  Json json = Json::object();
  json["format"] = "srl-shard";
  json["version"] = 1;
  Json shards = Json::array();
  for (const ShardInfo& shard : manifest.shards) {
    shards.push_back(Json::Object{{"file", shard.file},
                                  {"bytes", shard.bytes},
                                  {"xxh3_128", shard.xxh3_128},
                                  {"solutions", shard.solutions},
                                  {"steps", shard.steps}});
  }
  json["shards"] = std::move(shards);
  json["counts"] = manifest.counts;
  json["inputs"] = manifest.inputs;
  json["options"] = manifest.options;
  json["code_version"] = manifest.code_version;
  write_file_atomically(data_folder / "manifest.json", json.dump(2) + "\n");
}

namespace {

/// BadInput when two entries are the same file, also under another path or through a link. Otherwise all its
/// solutions would count twice.
void refuse_doubles(const std::filesystem::path& data_folder, const Manifest& manifest) {
  std::map<std::filesystem::path, std::string> seen;
  for (const ShardInfo& shard : manifest.shards) {
    const auto [first, is_new] =
        seen.emplace(std::filesystem::weakly_canonical(data_folder / shard.file), shard.file);
    if (is_new) { continue; }
    throw BadInput(cat((data_folder / "manifest.json").string(), " lists the shard ", shard.file, " twice",
                       first->second == shard.file ? "" : cat(" (also as ", first->second, ")"),
                       ": prepare the data again"));
  }
}

}  // namespace

std::string manifest_text(const std::filesystem::path& data_folder) {
  const auto file = data_folder / "manifest.json";
  if (!std::filesystem::exists(file)) {
    const bool exists = std::filesystem::exists(data_folder),
               folder = std::filesystem::is_directory(data_folder);
    throw BadInput(
        cat(data_folder.string(),
            !exists   ? cat(" does not exist; ", advice_for_missing(data_folder, "docs/public-data.md",
                                                                    "give a folder that srl_prep has made"))
            : !folder ? " is a file; prepare it with srl_prep and give the folder that srl_prep makes"
                      : ": no manifest.json: not a data folder from srl_prep, or srl_prep did not "
                        "finish; run srl_prep"));
  }
  return read_file(file);
}

Manifest read_manifest(const std::filesystem::path& data_folder) {
  return parse_manifest(data_folder, manifest_text(data_folder));
}

Manifest parse_manifest(const std::filesystem::path& data_folder, const std::string& text) {
  const auto file = data_folder / "manifest.json";
  const Json json = Json::parse(text, file.string());
  if (json.at("format").as_string() != "srl-shard" || json.at("version").as_integer() != 1) {
    throw BadInput(cat(file.string(), ": format ", json.at("format").dump(), " version ",
                       json.at("version").dump(),
                       "; this program reads srl-shard version 1: prepare the data again"));
  }
  Manifest manifest;
  for (const Json& entry : json.at("shards").as_array()) {
    const auto unsigned_at = [&](const char* key) -> std::uint64_t {
      const std::int64_t value = entry.at(key).as_integer();
      if (value >= 0) { return value; }
      throw BadInput(cat(file.string(), ": ", key, " ", value, " is negative: prepare the data again"));
    };
    manifest.shards.push_back({entry.at("file").as_string(), unsigned_at("bytes"),
                               entry.at("xxh3_128").as_string(), unsigned_at("solutions"),
                               unsigned_at("steps")});
  }
  if (manifest.shards.empty()) {
    throw BadInput(cat(file.string(), ": the list of shards is empty; prepare the data again"));
  }
  manifest.counts = json.at("counts");
  manifest.inputs = json.at("inputs");
  manifest.options = json.at("options");
  manifest.code_version = json.at("code_version").as_string();
  refuse_doubles(data_folder, manifest);
  return manifest;
}

void check_counts(const std::filesystem::path& file, const ShardInfo& listed, std::uint64_t solutions,
                  std::uint64_t steps) {
  if (solutions == listed.solutions && steps == listed.steps) { return; }
  throw BadInput(cat(file.string(), ": ", counted(solutions, "solution"), " and ", counted(steps, "step"),
                     "; the manifest says ", listed.solutions, " and ", listed.steps,
                     ": prepare the data again"));
}

void check_totals(const std::filesystem::path& data_folder, const Manifest& manifest, std::int64_t train,
                  std::int64_t validation) {
  std::int64_t instances = 0;  // all steps except the last
  for (const ShardInfo& shard : manifest.shards) {
    instances += static_cast<std::int64_t>(shard.steps) - static_cast<std::int64_t>(shard.solutions);
  }
  const std::tuple<const char*, std::int64_t, const char*> held[] = {
      {"kept", train + validation, "solutions"},
      {"train", train, "solutions"},
      {"validation", validation, "solutions"},
      {"instances", instances, "instances"}};
  for (const auto& [name, number, what] : held) {
    const Json* listed = manifest.counts.find(name);
    if (listed == nullptr || listed->as_integer() == number) { continue; }
    throw BadInput(cat((data_folder / "manifest.json").string(), ": ", name, " ", listed->dump(),
                       ", but the shards hold ", number, " such ", what, ": prepare the data again"));
  }
}

void verify_shard(const std::filesystem::path& data_folder, const ShardInfo& shard,
                  const std::function<void()>& tick) {
  const auto file = data_folder / shard.file;
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(file, missing);
  if (missing) { throw BadInput(cat(file.string(), ": ", missing.message())); }
  if (bytes != shard.bytes) {
    throw BadInput(cat(file.string(), " has ", bytes, " bytes, but the manifest says ", shard.bytes,
                       ": the file was truncated or replaced; prepare the data again"));
  }
  if (file_checksum(file.string(), tick) != shard.xxh3_128) {
    throw BadInput(cat(file.string(), ": its checksum differs from the manifest's ", shard.xxh3_128,
                       ": the file is damaged; prepare the data again"));
  }
}

void verify_shards(const std::filesystem::path& data_folder, const Manifest& manifest) {
  for (const ShardInfo& shard : manifest.shards) { verify_shard(data_folder, shard); }
}

}  // namespace srl::trajectory
