#include "trajectory/scan.hpp"

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "trajectory/dataset.hpp"
#include "trajectory/shard_reader.hpp"

namespace srl::trajectory {
namespace {

constexpr char failed = 'E', read = 'R';

/// Collective. The texts that `make` returns on each rank. BadInput on all ranks when it throws on one.
std::vector<std::string> gathered(const Sharing& sharing, const std::function<std::string()>& make) {
  std::string mine;
  try {
    mine = read + make();
  } catch (const Error& error) {
    if (!sharing.all_gather) { throw; }
    mine = failed + std::string(error.what());
  }
  std::vector<std::string> all = sharing.all_gather ? sharing.all_gather(mine) : std::vector{mine};
  for (std::string& text : all) {
    if (text.front() == failed) { throw BadInput(text.substr(1)); }
    text.erase(0, 1);
  }
  return all;
}

/// A row as a number: its steps, then one bit for each flag.
std::uint64_t packed(const ScannedRow& row) {
  return std::uint64_t{row.steps} << 2 | std::uint64_t{row.answered} << 1 | std::uint64_t{row.validation};
}

ScannedRow unpacked(std::uint64_t number) {
  return {static_cast<std::uint32_t>(number >> 2), (number & 1) != 0, (number & 2) != 0};
}

/// The rows of one shard.
std::string scan_shard(const std::filesystem::path& folder, const ShardInfo& shard,
                       const std::function<void()>& tick) {
  verify_shard(folder, shard, tick);
  const ShardReader reader(folder / shard.file);
  check_counts(folder / shard.file, shard, reader.solutions(), reader.all_steps());
  const std::vector<bool> answered = reader.answered();
  std::string rows;
  for (std::uint64_t row = 0; row < reader.solutions(); ++row) {
    const std::uint64_t number = packed({.steps = static_cast<std::uint32_t>(reader.steps(row)),
                                         .validation = reader.split(row) == Split::validation,
                                         .answered = answered[row]});
    rows.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  return rows;
}

/// Takes the rows of shard after shard from a rank's text.
class Rows {
 public:
  explicit Rows(std::string text) : text_(std::move(text)) {}
  std::vector<ScannedRow> next(std::uint64_t count) {
    std::vector<ScannedRow> rows(count);
    for (ScannedRow& row : rows) {
      std::uint64_t number = 0;
      std::memcpy(&number, text_.data() + at_, sizeof(number));
      row = unpacked(number);
      at_ += sizeof(number);
    }
    return rows;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

void scan_shards(ScannedFolder& folder, const Sharing& sharing) {
  const std::vector<ShardInfo>& shards = folder.manifest.shards;
  std::vector<Rows> of_ranks;
  for (std::string& text : gathered(sharing, [&] {
         std::string mine;
         for (std::size_t s = sharing.rank; s < shards.size(); s += sharing.ranks) {
           mine += scan_shard(folder.folder, shards[s], sharing.tick);
         }
         return mine;
       })) {
    of_ranks.emplace_back(std::move(text));
  }
  for (std::size_t s = 0; s < shards.size(); ++s) {
    folder.rows.push_back(of_ranks[s % sharing.ranks].next(shards[s].solutions));
  }
}

}  // namespace

std::vector<ScannedFolder> scan_folders(const std::vector<std::string>& folders, const Sharing& sharing) {
  std::vector<ScannedFolder> scanned;
  for (const std::string& word : folders) {
    const WeightedFolder data = parse_folder(word);
    const std::string text = gathered(sharing, [&] {
                               return sharing.rank == 0 ? manifest_text(data.folder) : std::string();
                             }).front();
    ScannedFolder& folder =
        scanned.emplace_back(ScannedFolder{data.folder, data.weight, parse_manifest(data.folder, text), {}});
    scan_shards(folder, sharing);
  }
  return scanned;
}

}  // namespace srl::trajectory
