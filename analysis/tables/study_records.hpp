#pragma once
// Reads the folders of a study, row by row.
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/tables/study.hpp"

namespace srl::analysis {

/// Names of the folders in `path`, sorted; none when there is no such folder.
std::vector<std::string> folders_in(const std::filesystem::path& path);

/// The records and metrics of FOLDER/results/NAME and FOLDER/runs/NAME. A row without records has no seeds.
StudyRow read_row(const std::filesystem::path& folder, const std::string& name);

}  // namespace srl::analysis
