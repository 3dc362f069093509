#pragma once
// Results in the layout of EleutherAI's lm-evaluation-harness (results_*.json of version 0.4), for tools that
// read it.
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/tables/accuracy.hpp"

namespace srl::analysis {

/// One model's rows: keys results, group_subtasks, configs, versions, n-shot, higher_is_better, n-samples,
/// config, model_name. A task is a benchmark, with its view and settings where it has several. "acc,none" is
/// the greedy accuracy, or avg@n where there is none; "avg@n,none", "maj@n,none" and "pass@k,none" are of
/// samples; each has its "…_stderr,none". Times and machine are left out: the file depends on the records
/// only.
Json lm_eval_json(const std::vector<const AccuracyRow*>& rows);

/// The layout has one model per file. Writes `file`, or, with several models, one file per model with a
/// number before the extension, in the order of the table. Returns the files.
std::vector<std::filesystem::path> write_lm_eval(const AccuracyTable& accuracy,
                                                 const std::filesystem::path& file);

}  // namespace srl::analysis
