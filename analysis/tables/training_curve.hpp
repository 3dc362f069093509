#pragma once
// Reads a run's metrics.jsonl as a curve.
#include <filesystem>

#include "analysis/document/document.hpp"

namespace srl::analysis {

/// Reward, format rate, filtered share, entropy, tokens and gradient norm by update. `path` is a run
/// directory or its metrics.jsonl; it is also the title. BadInput naming file and line when a line is not a
/// metrics object.
Curve training_curve(const std::filesystem::path& path);

}  // namespace srl::analysis
