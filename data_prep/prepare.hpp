#pragma once
// The job srl_prep: expert solutions → shards, manifest, report and rejects.
//   pass 1 (scan.hpp)    rows of byte ranges → chunk files in DIR/work, by all ranks
//   then (fates.hpp)     what depends on all rows: duplicates, hold-out
//   pass 2 (shards.hpp)  kept rows → shards, by all ranks
// Memory does not grow with the input but for a byte a row. DIR/work goes when the manifest is written; a run that was killed finds there what is done.
#include <string>
#include <vector>

#include "data_prep/row_rules.hpp"
#include "data_prep/solutions.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

struct PrepareOptions {
  std::vector<std::string> input;
  std::string output, model;
  std::string preset = "auto", splitter = "auto";
  double max_reject_fraction = 0.01;
  FieldOptions fields;
  LimitOptions limits;
  std::int64_t holdout_questions = 60, holdout_seed = 0;
  std::string dedup_exact = "drop";            ///< drop | keep: rows with the same question and solution
  std::string dedup_near = "off";              ///< off | report | drop: questions that are nearly the same
  std::vector<std::string> contamination_against;
  std::string contamination_found = "drop";    ///< drop | keep
  std::int64_t contamination_words = 13;
  std::int64_t shard_solutions = 10000;
  std::string shard_compression = "none";      ///< none | gzip | zstd
  config::Bytes shard_bytes{std::uint64_t{128} << 20}, chunk_bytes{std::uint64_t{8} << 20}, longest_row{std::uint64_t{32} << 20};
  void visit(config::Visitor& v);
};

/// Collective. Returns the exit code: 1 when too many rows were rejected or nothing was kept. Files are as DESIGN's Edges say; the same bytes on
/// any number of ranks. A folder whose manifest.json is missing is unfinished.
int prepare(const PrepareOptions& options, job::Context& context);

}  // namespace srl::data_prep
