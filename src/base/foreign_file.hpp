#pragma once
// Names a file that a failed download left in place of the real one, and a name that was never downloaded.
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
/// What to do where an input does not exist: a hint when the path could be a name on the Hugging Face Hub
/// (OWNER/NAME, without a folder OWNER), else `otherwise`. `page` tells how to download it.
std::string advice_for_missing(const std::filesystem::path& path, std::string_view page,
                               std::string_view otherwise);
/// BadInput that says what to do where `path` is not a folder: a file, a name on a hub, or nothing.
void need_model_folder(const std::filesystem::path& path);
/// Reads a JSON file. BadInput names the file and, where it is known, what it is instead.
Json read_json_file(const std::filesystem::path& path);
/// The same of a file that was read before.
Json parse_json_file(const std::string& content, const std::filesystem::path& path);

}  // namespace srl
