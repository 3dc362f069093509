#pragma once
// The files of an array task in an output folder.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "evaluation/options.hpp"

namespace srl::evaluation {

/// "records_00003.jsonl". Patches are not graded, so they are beside the graded records:
/// "patches_00003.jsonl".
std::string records_name(std::int64_t task, EvaluationView view = EvaluationView::whole);

/// The record files of all tasks for this view, in order.
std::vector<std::filesystem::path> task_files(const std::filesystem::path& folder, EvaluationView view);

}  // namespace srl::evaluation
