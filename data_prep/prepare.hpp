#pragma once
// The job srl_prep: expert solutions → shards, manifest, report and rejects.
#include <string>
#include <vector>

#include "data_prep/solutions.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

struct PrepareOptions {
  std::vector<std::string> input;
  std::string output;
  std::string preset = "auto", splitter = "auto";
  std::string marked_incorrect = "drop";       ///< drop | keep: solutions whose answer the data marks wrong
  double max_reject_fraction = 0.01;
  FieldOptions fields;
  std::int64_t holdout_questions = 60, holdout_seed = 0;
  std::string dedup_exact = "drop";            ///< drop | keep: rows with the same question and solution
  std::vector<std::string> contamination_against;
  std::int64_t shard_solutions = 10000;
  void visit(config::Visitor& v);
};

/// Collective. Returns the exit code: 1 when too many rows were rejected or nothing was kept. Files are as DESIGN's Edges say; the same bytes on
/// any number of ranks. A folder whose manifest.json is missing is unfinished.
int prepare(const PrepareOptions& options, job::Context& context);

}  // namespace srl::data_prep
