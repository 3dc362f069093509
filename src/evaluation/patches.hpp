#pragma once
// View patch: the patches of a SWE-bench style benchmark. They are not graded here; the benchmark's own
// harness reads the predictions.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace srl::evaluation {

/// The patch in an answer, in the first of these forms that it has: <patch> or <diff> tags, a fence ```diff
/// or
/// ```patch, lines from "diff --git " or "--- a/" on. Empty when there is none. An open tag or fence counts
/// as none: the patch is cut off.
std::string patch_in(std::string_view answer);

/// Which records of patches become predictions.
struct PatchSource {
  std::string model;     ///< model_name_or_path, and part of the file's name
  std::string setting;   ///< of a sweep, part of the file's name; may be empty
  std::string checksum;  ///< of the model
  Json settings;
  std::vector<std::string> benchmarks = {};  ///< checksums
};

struct Predictions {
  std::filesystem::path file;
  std::int64_t instances = 0, with_patch = 0;
};

/// Writes FOLDER/predictions_MODEL[_SETTING].jsonl from the records of patches of all array tasks, ordered by
/// benchmark and question: instance_id, model_name_or_path, model_patch. Call it under a lock, because every
/// task writes this file when it ends.
Predictions write_predictions(const std::filesystem::path& folder, const PatchSource& source);

}  // namespace srl::evaluation
