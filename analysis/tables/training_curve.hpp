#pragma once
// A run's metrics.jsonl as a few lines for reading: first, last and a row every so often.
#include <filesystem>
#include <string>

namespace srl::analysis {

/// `path` is a run directory or its metrics.jsonl. At most `rows` updates are shown, evenly spaced, first and
/// last included. BadInput naming file and line when a line is no metrics object.
std::string training_curve(const std::filesystem::path& path, int rows = 12);

}  // namespace srl::analysis
