#pragma once
// Reads the file that --words names.
#include <filesystem>
#include <string>
#include <vector>

namespace srl::model_job {

/// A JSON list of texts, in order. BadInput naming the file for anything else.
std::vector<std::string> read_words(const std::filesystem::path& file);

}  // namespace srl::model_job
