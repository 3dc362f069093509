#include "data_prep/write/output_folder.hpp"

#include "base/beside.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::data_prep {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, std::string_view what) {
  throw BadOption(cat(file.string(), ": ", what, "; name another --output folder, or move it away"));
}

/// A file of this folder, or one that a killed job left half-written.
bool is_own_name(const std::string& name, std::string_view start) {
  const bool unfinished =
      name.starts_with(".") && (name.ends_with(".srl_new") || name.starts_with(".key.new."));
  return unfinished || name == "key" || name.starts_with(start);
}

/// Whether the folder exists. BadOption when it has files that srl_prep does not write.
bool holds_only(const fs::path& folder, std::string_view start) {
  if (!fs::exists(fs::symlink_status(folder))) { return false; }
  if (!fs::is_directory(fs::symlink_status(folder))) { refuse(folder, "is not a folder of srl_prep"); }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() || !is_own_name(name, start)) {
      refuse(entry.path(), "is not a file of srl_prep, and its folder would be removed");
    }
  }
  return true;
}

bool has_manifest(const fs::path& folder) {
  const fs::path file = folder / "manifest.json";
  if (!fs::exists(file)) { return false; }
  try {
    const Json json = Json::parse(read_file(file), file.string());
    if (const Json* format = json.find("format"); format != nullptr && *format == Json("srl-shard")) {
      return true;
    }
  } catch (const BadInput&) {  // refused below
  }
  refuse(file, "is not a manifest of srl_prep, and would be replaced");
}

}  // namespace

void claim_folder(const fs::path& folder, const std::vector<std::string>& files,
                  const std::vector<fs::path>& inputs) {
  const bool manifest = has_manifest(folder), shards = holds_only(folder / "shards", "shard_"),
             work = holds_only(folder / "work", "file_");
  for (const std::string& name : files) {
    const fs::path file = folder / name;
    if (!(manifest || shards || work) && fs::exists(file)) {
      refuse(file, "is in a folder that srl_prep did not write, and would be replaced");
    }
    for (const fs::path& input : inputs) {
      if (same_file(file, input)) { refuse(file, "is an input, and would be replaced"); }
    }
  }
  make_folders(folder / "shards");
}

}  // namespace srl::data_prep
