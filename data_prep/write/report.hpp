#pragma once
// report.md and rejects.jsonl. For one rank alone.
#include <filesystem>
#include <string>
#include <vector>

#include "data_prep/write/shards.hpp"

namespace srl::data_prep {

/// rejects.jsonl: file line offset kind reason id, a line a row that was not kept, in the order of the input.
/// Written bit by bit.
void write_rejects(const std::filesystem::path& file, const Chunks& chunks, const RowStatuses& statuses,
                   const std::vector<InputFile>& files);

/// What else a report tells.
struct ReportFacts {
  std::vector<std::int64_t> length_bins;  ///< empty: not known (the job failed before)
  std::int64_t near_duplicates = -1;      ///< -1 = not looked for
};
/// Counts by reason with examples, histograms of steps a solution and characters a step.
std::string report_text(const Counts& counts, const ReportFacts& facts, const Chunks& chunks,
                        const std::vector<InputFile>& files);

}  // namespace srl::data_prep
