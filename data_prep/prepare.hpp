#pragma once
// The job srl_prep. The way of expert solutions through this room:
//   pass 1   read, split, chunk: rows of byte ranges → steps → chunk files in DIR/work, by all ranks
//   between  select: what depends on all rows, which are duplicates and the hold-out
//   pass 2   write: kept rows → shards, by all ranks; then rejects, report and manifest
// Memory grows with the input by one byte per row only. DIR/work is removed when the manifest is written; a
// run that was killed finds there what is done.
#include <string>
#include <vector>

#include "data_prep/options.hpp"
#include "job/job.hpp"

namespace srl::data_prep {

/// Collective. Returns the exit code: 1 when too many rows were rejected or nothing was kept. Files are as
/// docs/data-formats.md says; the same bytes on any number of ranks. A folder whose manifest.json is missing
/// is unfinished.
int prepare(const PrepareOptions& options, job::Context& context);

}  // namespace srl::data_prep
