#pragma once
// What came of every row, gathered over ranks in input order, and the files that tell of it.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data_prep/solutions.hpp"
#include "trajectory/shard.hpp"

namespace srl::data_prep {

struct InputFile {
  std::string file;
  std::uint64_t bytes = 0;
  std::string xxh3_128;
};

/// A row with its place in the input.
struct Outcome {
  std::int64_t file = 0, line = 0;
  std::uint64_t offset = 0;
  RowResult result;
};

struct Counts {
  std::int64_t read = 0, kept = 0, train = 0, validation = 0, instances = 0;
  std::map<std::string, std::int64_t> rejected, dropped, splitters;
  std::int64_t rejected_rows() const;
};

/// Counts every outcome once; `instances` under the default targets (all but the last step).
Counts count(const std::vector<Outcome>& outcomes);
Json counts_json(const Counts& counts);
/// rejects.jsonl: file line offset kind reason id, a line a row that was not kept.
std::string reject_lines(const std::vector<Outcome>& outcomes, const std::vector<InputFile>& files);
/// report.md: counts by reason with an example of each, histograms of steps a solution and characters a step.
std::string report_text(const std::vector<Outcome>& outcomes, const Counts& counts, const std::vector<InputFile>& files);

/// How ranks hand outcomes on.
std::string outcomes_to_lines(const std::vector<Outcome>& outcomes);
std::vector<Outcome> outcomes_from_lines(const std::string& lines);

}  // namespace srl::data_prep
