#pragma once
// The job srl_prep. Data flow:
//   pass 1   read, split, chunk: byte ranges → rows → steps → chunk files in DIR/work, by all ranks
//   between  select: decisions over all rows (duplicates, hold-out)
//   pass 2   write: kept rows → shards, by all ranks; then rejects, report and manifest
// Memory grows with the input by only one byte per row. DIR/work is removed after the manifest is written; a
// run that was killed resumes from it.
#include <string>
#include <vector>

#include "data_prep/options.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

/// Collective. Returns the exit code. BadInput (exit 1) when too many rows were rejected or nothing was kept.
/// The files are described in docs/data-formats.md and have the same bytes on any number of ranks. A folder
/// without manifest.json is unfinished.
int prepare(const PrepareOptions& options, job::Context& context);

}  // namespace srl::data_prep
