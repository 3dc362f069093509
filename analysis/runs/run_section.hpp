#pragma once
// Several training runs as one section: a table of the runs, and curves in which the runs are lines.
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/runs/training_run.hpp"

namespace srl::analysis {

Section section_of(const std::vector<TrainingRun>& runs);

}  // namespace srl::analysis
