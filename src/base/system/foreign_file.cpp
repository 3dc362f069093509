#include "base/foreign_file.hpp"

#include <algorithm>

#include "base/characters.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl {

std::string foreign_content(std::string_view content) {
  std::string_view begin = content.substr(0, 256);
  if (begin.starts_with("\xef\xbb\xbf")) { begin.remove_prefix(3); }
  while (!begin.empty() && (begin[0] == ' ' || (begin[0] >= '\t' && begin[0] <= '\r'))) {
    begin.remove_prefix(1);
  }
  if (begin.empty()) { return "is empty: the download failed; fetch the file again"; }
  if (begin.starts_with("version https://git-lfs")) {
    return "is a Git LFS pointer, not the file itself: fetch it with 'git lfs pull'";
  }
  std::string lower(begin.substr(0, 64));
  std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
  if (lower.starts_with("<!doctype html") || lower.starts_with("<html")) {
    return "is an HTML page, for example of an error or a login, not the file itself: download it again";
  }
  for (const std::string_view message : {"entry not found", "repository not found", "invalid username"}) {
    if (lower.starts_with(message)) {
      return cat("is a server's message '", begin.substr(0, message.size()), "': download the file again");
    }
  }
  return {};
}

Json read_json_file(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  if (const std::string foreign = foreign_content(content); !foreign.empty()) {
    throw BadInput(cat(path.string(), " ", foreign));
  }
  return Json::parse(content, path.string());
}

}  // namespace srl
