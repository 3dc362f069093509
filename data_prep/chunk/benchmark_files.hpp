#pragma once
// Benchmark files of --contamination.against (docs/method.md, "Duplicates and contamination").
#include <filesystem>
#include <vector>

#include "data_prep/split/preset.hpp"
#include "text/contamination.hpp"

namespace srl::data_prep {

/// Adds the questions of files (JSONL or JSON arrays, plain or compressed), read by the fields of the
/// presets. BadInput naming a file without questions.
void add_files(text::Contamination& contamination, const std::vector<std::filesystem::path>& files,
               const std::vector<Preset>& presets);

}  // namespace srl::data_prep
