#pragma once
// What runs learned as one picture that needs no page, for a README or a talk.
#include <string>
#include <vector>

#include "analysis/runs/training_run.hpp"

namespace srl::analysis {

/// An SVG file: reward by update, and similarity and exact steps by validation, those of them that were
/// measured, beside each other; readable on light and dark ground. BadInput when nothing was measured.
std::string picture_of(const std::vector<TrainingRun>& runs);

}  // namespace srl::analysis
