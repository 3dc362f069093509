#pragma once
// Which samples have a record already.
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "evaluation/options.hpp"
#include "evaluation/record.hpp"

namespace srl::evaluation {

/// Samples by experiment and question.
using Recorded = std::map<std::string, std::map<std::int64_t, std::set<std::int64_t>>>;

/// All that a completion and its verdict depend on besides its question. Records with another key belong to
/// another experiment.
std::string experiment_of(const std::string& model, const std::string& benchmark, std::string_view view,
                          const Json& settings);

/// The samples in the files of the other tasks of a folder. They may hold questions of this task: of a sweep
/// file that had fewer lines then, or of another command with this folder. Other tasks may be writing.
Recorded recorded_by_others(const std::filesystem::path& folder, std::int64_t task);

}  // namespace srl::evaluation
