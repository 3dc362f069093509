#include "base/foreign_file.hpp"

#include <algorithm>

#include "base/characters.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl {

namespace {

/// At most 256 bytes, without byte order mark and white space before them.
std::string_view beginning(std::string_view content) {
  std::string_view begin = content.substr(0, 256);
  if (begin.starts_with("\xef\xbb\xbf")) { begin.remove_prefix(3); }
  while (!begin.empty() && (begin[0] == ' ' || (begin[0] >= '\t' && begin[0] <= '\r'))) {
    begin.remove_prefix(1);
  }
  return begin;
}

}  // namespace

std::string advice_for_missing(const std::filesystem::path& path, std::string_view page,
                               std::string_view otherwise) {
  const std::string name = path.string();
  const bool hub_name = !path.is_absolute() && !name.starts_with(".") &&
                        std::count(name.begin(), name.end(), '/') == 1 && !path.filename().empty() &&
                        !std::filesystem::exists(path.parent_path());
  return hub_name ? cat("if this is a name on the Hugging Face Hub, download it first and give its folder or "
                        "file (",
                        page, ")")
                  : std::string(otherwise);
}

void need_model_folder(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) { return; }
  if (std::filesystem::exists(path)) {
    throw BadInput(
        cat("model ", path.string(), " is a file: give the folder that holds config.json and the weights"));
  }
  throw BadInput(cat("model folder ", path.string(), " does not exist: ",
                     advice_for_missing(path, "docs/models.md", "give a Hugging Face model folder")));
}

std::string_view failed_download(std::string_view start) {
  const std::string_view begin = beginning(start);
  if (begin.starts_with("version https://git-lfs")) {
    return "a Git LFS pointer, not the file itself: fetch it with 'git lfs pull'";
  }
  for (const std::string_view tag : {"<!doctype html", "<html", "<head", "<body"}) {
    if (starts_with_ignoring_case(begin, tag)) {
      return "an HTML page, for example of an error or a login, not the file itself: download it again";
    }
  }
  return {};
}

std::string foreign_content(std::string_view content) {
  const std::string_view begin = beginning(content);
  if (begin.empty()) { return "is empty: the download failed; fetch the file again"; }
  if (const std::string_view other = failed_download(content); !other.empty()) { return cat("is ", other); }
  for (const std::string_view message : {"entry not found", "repository not found", "invalid username"}) {
    if (starts_with_ignoring_case(begin, message)) {
      return cat("is a server's message '", begin.substr(0, message.size()), "': download the file again");
    }
  }
  return {};
}

Json read_json_file(const std::filesystem::path& path) {
  return parse_json_file(read_file(path), path);
}

Json parse_json_file(const std::string& content, const std::filesystem::path& path) {
  if (const std::string foreign = foreign_content(content); !foreign.empty()) {
    throw BadInput(cat(path.string(), " ", foreign));
  }
  return Json::parse(content, path.string());
}

}  // namespace srl
