#include <fcntl.h>
#include <stdio.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/beside.hpp"
#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"
#include "model/files/export.hpp"
#include "model/replace.hpp"
#include "text/tokenizer.hpp"

namespace srl::model {
namespace fs = std::filesystem;

namespace {

/// The folder that `path` means: absolute, without a link as its last part.
fs::path resolved(const fs::path& path) {
  fs::path target = fs::weakly_canonical(fs::absolute(path)).lexically_normal();
  while (fs::is_symlink(target)) {  // a link to a folder that does not exist yet
    target = fs::weakly_canonical(target.parent_path() / fs::read_symlink(target)).lexically_normal();
  }
  return target.filename().empty() ? target.parent_path() : target;
}

bool is_weights(const std::string& name) {
  return name.starts_with("model") && name.ends_with(".safetensors");
}

bool is_model_file(const std::string& name) {
  return name == "config.json" || name == "model.safetensors.index.json" || is_weights(name) ||
         name == kept_checksums_name || carried_names().contains(name);
}

void rename_or_throw(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) {
    throw EnvironmentError(cat("cannot rename ", from.string(), " to ", to.string(), ": ", reason_of(errno)));
  }
}

/// Puts `folder` where `target` is. On file systems that can, the two change their names in one step,
/// so that `target` is complete at every moment. Returns the folder that has the old content.
fs::path exchange(const fs::path& folder, const fs::path& target) {
  if (::renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    return folder;
  }
  fs::path old = own_name_beside(target, "old");
  std::error_code ignored;
  fs::remove_all(old, ignored);
  rename_or_throw(target, old);
  rename_or_throw(folder, target);
  return old;
}

}  // namespace

std::set<std::string> carried_names() {
  std::set<std::string> names;
  for (const std::string& name : text::Tokenizer::file_names()) { names.insert(name); }
  names.insert({"generation_config.json", "chat_template.jinja", "chat_template.json",
                "special_tokens_map.json", "added_tokens.json", "tokenizer_config.json"});
  return names;
}

std::string why_not_replaced(const fs::path& folder) {
  const fs::path target = resolved(folder);
  std::error_code failure;
  if (!fs::exists(target, failure)) { return ""; }
  if (!fs::is_directory(target)) { return cat(folder.string(), " is not a folder"); }
  for (fs::path here = fs::current_path(); !here.relative_path().empty(); here = here.parent_path()) {
    if (same_file(here, target)) { return cat(folder.string(), " is the current folder, or contains it"); }
  }
  std::vector<std::string> others;
  bool config = false, weights = false, empty = true;
  for (const fs::directory_entry& entry : fs::directory_iterator(target)) {
    const std::string name = entry.path().filename().string();
    empty = false;
    config |= name == "config.json";
    weights |= is_weights(name);
    if (entry.is_directory() || !is_model_file(name)) { others.push_back(name); }
  }
  if (!others.empty()) {
    const bool many = others.size() > 3;
    if (many) { others.resize(3); }
    return cat(folder.string(), " holds more than a model (", join(others, ", "), many ? ", …" : "", ")");
  }
  if (!empty && !(config && weights)) { return cat(folder.string(), " is not empty, and is not a model"); }
  return "";
}

NewFolder::NewFolder(const fs::path& target) : target_(resolved(target)) {
  if (const std::string reason = why_not_replaced(target_); !reason.empty()) {
    throw BadOption(cat(reason, ": it is not replaced; name another folder"));
  }
  // A kill between the two renames of exchange() has left this.
  const fs::path old = own_name_beside(target_, "old");
  if (fs::exists(old) && !fs::exists(target_)) { rename_or_throw(old, target_); }
  partial_ = own_name_beside(target_);
  std::error_code failure;
  fs::remove_all(partial_, failure);
  make_folders(partial_);
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!done_) { fs::remove_all(partial_, ignored); }
}

void NewFolder::finish() {
  for (const auto& entry : fs::directory_iterator(partial_)) { fsync_file(entry.path()); }
  fsync_folder(partial_);
  if (const std::string reason = why_not_replaced(target_); !reason.empty()) {
    throw BadOption(cat(reason, ": it is not replaced; name another folder"));
  }
  fs::path old;
  if (fs::exists(target_)) {
    old = exchange(partial_, target_);
  } else {
    rename_or_throw(partial_, target_);
  }
  done_ = true;
  fsync_folder(target_.parent_path());
  std::error_code ignored;
  if (!old.empty()) { fs::remove_all(old, ignored); }
}

}  // namespace srl::model
