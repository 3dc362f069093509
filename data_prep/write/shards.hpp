#pragma once
// Pass 2: writes the kept rows into shards, each by one rank, and counts all rows.
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
  std::map<unsigned, std::int64_t> notices;                ///< kept rows of each notice, by its bit
  std::map<std::string, std::vector<RowNumber>> examples;  ///< the first rows of each reason
  std::vector<std::int64_t> solutions_by_steps;            ///< per bin of step_count_bounds()
  std::int64_t rejected_rows() const;
  std::int64_t dropped_rows() const;
};
Json counts_json(const Counts& counts);

/// The rows of a shard: the kept ones in [begin, end).
struct ShardPlan {
  RowNumber begin = 0, end = 0;
};
/// Reads all records once. A shard holds at most `solutions` solutions and `text_bytes` bytes of text; a
/// solution that is longer gets a shard of its own.
std::vector<ShardPlan> plan_shards(const Chunks& chunks, const RowStatuses& statuses, std::uint64_t solutions,
                                   std::uint64_t text_bytes, Counts& counts);

/// Bounds of the histogram bins: steps per solution, characters per step.
const std::vector<std::int64_t>& step_count_bounds();
const std::vector<std::int64_t>& step_length_bounds();
std::size_t bin_of(std::int64_t value, const std::vector<std::int64_t>& bounds);

/// Collective. Rank s mod ranks writes shard s with `storage`, unless the file exists already. `length_bins`:
/// number of steps by length, over all shards.
std::vector<trajectory::ShardInfo> write_shards(
    const std::filesystem::path& folder, const std::vector<ShardPlan>& plan, const Chunks& chunks,
    const RowStatuses& statuses, const std::vector<InputFile>& files, const comm::Communicator& world,
    comm::Watchdog& watchdog, const store::Storage& storage, std::vector<std::int64_t>& length_bins);

}  // namespace srl::data_prep
