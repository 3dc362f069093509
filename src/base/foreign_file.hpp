#pragma once
// Names a file that a failed download left in place of the real one.
#include <filesystem>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace srl {

/// What a failed download left instead of the file, with advice: "a Git LFS pointer …" or "an HTML page …".
/// Decided by the first bytes, after a byte order mark and white space. Empty for anything else.
std::string_view failed_download(std::string_view start);
/// What the content is instead of the expected file, with advice: a Git LFS pointer, an HTML page, nothing.
/// Empty for anything else.
std::string foreign_content(std::string_view content);
/// Reads a JSON file. BadInput names the file and, where it is known, what it is instead.
Json read_json_file(const std::filesystem::path& path);
/// The same of a file that was read before.
Json parse_json_file(const std::string& content, const std::filesystem::path& path);

}  // namespace srl
