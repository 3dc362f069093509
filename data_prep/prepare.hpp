#pragma once
// The job srl_prep: expert solutions → shards, manifest, report and rejects.
//   pass 1 (scan.hpp)    rows of byte ranges → chunk files in DIR/work, by all ranks
//   then (statuses.hpp)     what depends on all rows: duplicates, hold-out
//   pass 2 (shards.hpp)  kept rows → shards, by all ranks
// Memory does not grow with the input but for a byte a row. DIR/work goes when the manifest is written; a run
// that was killed finds there what is done.
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
