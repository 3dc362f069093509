#pragma once
// Reads the folders of a study, row by row.
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/tables/study.hpp"

namespace srl::analysis {

/// Names of the folders in `path`, sorted; none when there is no such folder.
std::vector<std::string> folders_in(const std::filesystem::path& path);

/// Rows and columns from the records of FOLDER/results/NAME and the metrics of FOLDER/runs/NAME. Rows without
/// records are left out. A column is named after view and measure; the benchmark is before them when a
/// view has several. BadInput when one cell would average several models or settings.
Study read_rows(const std::filesystem::path& folder, const std::vector<std::string>& names,
                const SeeRecord& seen);

}  // namespace srl::analysis
