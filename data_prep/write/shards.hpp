#pragma once
// Pass 2: the kept rows into shards, each by one rank, and the counts of everything.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data_prep/read/input_files.hpp"
#include "data_prep/select/row_status.hpp"
#include "trajectory/shard.hpp"

namespace srl::data_prep {

struct Counts {
  std::int64_t read = 0, kept = 0, train = 0, validation = 0, instances = 0, steps = 0;
  std::int64_t turns_left_out = 0, contaminated_kept = 0;
  std::map<std::string, std::int64_t> rejected, dropped, splitters;
  std::map<std::string, std::vector<RowNumber>> examples;  ///< a few rows of each reason
  std::vector<std::int64_t> solutions_by_steps;            ///< bins of report.cpp
  std::int64_t rejected_rows() const;
  std::int64_t dropped_rows() const;
};
Json counts_json(const Counts& counts);

/// Which rows lie in a shard: kept ones of [begin, end).
struct ShardPlan {
  RowNumber begin = 0, end = 0;
};
/// Goes over all records once. A shard ends before it would hold more than `solutions` solutions or
/// `text_bytes` bytes of text.
std::vector<ShardPlan> plan_shards(const Chunks& chunks, const RowStatuses& statuses, std::uint64_t solutions,
                                   std::uint64_t text_bytes, Counts& counts);

/// Bounds of histogram bins: steps a solution, characters a step.
const std::vector<std::int64_t>& step_count_bounds();
const std::vector<std::int64_t>& step_length_bounds();
std::size_t bin_of(std::int64_t value, const std::vector<std::int64_t>& bounds);

/// Collective. Shard s is made by rank s mod ranks, stored as `storage` says, unless it is there already.
/// `length_bins`: steps of all shards by their length.
std::vector<trajectory::ShardInfo> write_shards(
    const std::filesystem::path& folder, const std::vector<ShardPlan>& plan, const Chunks& chunks,
    const RowStatuses& statuses, const std::vector<InputFile>& files, const comm::Communicator& world,
    comm::Watchdog& watchdog, const store::Storage& storage, std::vector<std::int64_t>& length_bins);

}  // namespace srl::data_prep
