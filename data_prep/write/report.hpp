#pragma once
// Writes report.md and rejects.jsonl. Only one rank calls these functions.
#include <filesystem>
#include <string>
#include <vector>

#include "data_prep/write/shards.hpp"

namespace srl::data_prep {

/// rejects.jsonl has one line per row that was not kept, in the order of the input, with file line offset
/// kind reason id, and detail where there is one. It is written row by row and never held in memory.
void write_rejects(const std::filesystem::path& file, const Chunks& chunks, const RowStatuses& statuses,
                   const std::vector<InputFile>& files);

/// Further figures of the report.
struct ReportFacts {
  std::vector<std::int64_t> length_bins;  ///< empty: unknown, because the job failed earlier
  std::int64_t near_duplicates = -1;      ///< -1 = not searched
};
/// The first row that was rejected, in one line: file, line, reason and detail. Empty when there is none.
std::string first_rejected(const Counts& counts, const Chunks& chunks, const std::vector<InputFile>& files);

/// Counts by reason with examples, histograms of steps per solution and characters per step.
std::string report_text(const Counts& counts, const ReportFacts& facts, const Chunks& chunks,
                        const std::vector<InputFile>& files);

}  // namespace srl::data_prep
