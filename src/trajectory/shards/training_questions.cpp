#include "trajectory/training_questions.hpp"

#include <set>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "trajectory/dataset.hpp"
#include "trajectory/shard.hpp"
#include "trajectory/shard_reader.hpp"

namespace srl::trajectory {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t questions_per_tick = 1000;

void each_of_shard(const fs::path& file, const ShardReader& reader, const std::function<void()>& tick,
                   const std::function<void(const TrainingQuestion&)>& visit) {
  reader.each_question(Split::train, [&](std::uint64_t row, std::string_view question) {
    if (row % questions_per_tick == 0) { tick(); }
    visit({file, row, question});
  });
}

}  // namespace

void each_training_question(const std::vector<std::string>& data, const std::function<void()>& tick,
                            const std::function<void(const TrainingQuestion&)>& visit) {
  std::set<fs::path> seen;
  for (const std::string& word : data) {
    const fs::path path = fs::exists(word) ? word : parse_folder(word).folder;
    if (!fs::exists(path)) { throw BadInput(cat(word, ": file or folder does not exist")); }
    if (!seen.insert(fs::canonical(path)).second) { throw BadInput(cat(word, ": the data are given twice")); }
    if (!fs::is_directory(path)) {
      each_of_shard(path, ShardReader(path), tick, visit);
      continue;
    }
    for (const ShardInfo& shard : read_manifest(path).shards) {
      verify_shard(path, shard, tick);
      const ShardReader reader(path / shard.file);
      check_counts(path / shard.file, shard, reader.solutions(), reader.all_steps());
      each_of_shard(path / shard.file, reader, tick, visit);
    }
  }
}

}  // namespace srl::trajectory
