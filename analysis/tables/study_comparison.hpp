#pragma once
// Differences between two rows of a study, paired by seed.
#include <string>
#include <vector>

#include "analysis/tables/study.hpp"

namespace srl::analysis {

/// One comparison per "ROW>ROW", on `column`; p-values are corrected over all comparisons. BadOption when one
/// names an unknown row or column.
std::vector<Comparison> compare_rows(const std::vector<StudyRow>& rows, const std::vector<std::string>& pairs,
                                     const std::string& column);

}  // namespace srl::analysis
