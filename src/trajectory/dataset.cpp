#include "trajectory/dataset.hpp"

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "trajectory/order.hpp"
#include "trajectory/shard.hpp"

namespace srl::trajectory {
namespace {

/// "DIR" or "DIR:1".
std::string folder_of(const std::string& word) {
  const std::size_t colon = word.rfind(':');
  if (colon == std::string::npos || colon + 1 == word.size() || word.find_first_not_of("0123456789.", colon + 1) != std::string::npos) return word;
  if (word.substr(colon + 1) != "1") throw BadOption(cat("--data ", word, ": weights other than 1 are not supported yet"));
  return word.substr(0, colon);
}

}  // namespace

Dataset::Dataset(const std::vector<std::string>& folders, Split split, const InstanceOptions& options) {
  Checksum checksum;
  for (const std::string& word : folders) {
    const std::filesystem::path folder = folder_of(word);
    const Manifest manifest = read_manifest(folder);
    verify_shards(folder, manifest);
    for (const ShardInfo& shard : manifest.shards) {
      checksum.add(shard.xxh3_128);
      for (Solution& solution : read_shard(folder / shard.file)) {
        if (solution.split != split) continue;
        const std::int64_t number = static_cast<std::int64_t>(solutions_.size());
        for (std::int64_t k : instance_steps(solution, options)) keys_.push_back({number, k});
        solutions_.push_back(std::move(solution));
      }
    }
  }
  checksum.add(split == Split::train ? "train" : "validation");
  fingerprint_ = checksum.hex();
}

std::int64_t Dataset::size() const { return static_cast<std::int64_t>(keys_.size()); }
InstanceKey Dataset::key(std::int64_t index) const { return keys_.at(static_cast<std::size_t>(index)); }
const Solution& Dataset::solution(std::int64_t number) const { return solutions_.at(static_cast<std::size_t>(number)); }
std::string Dataset::fingerprint() const { return fingerprint_; }

InstanceKey Dataset::draw(std::uint64_t seed, std::int64_t draw) const {
  if (keys_.empty()) throw BadInput("no training instances in the data: no solution has a step to learn under these options");
  return key(permuted(seed, draw / size(), draw % size(), size()));
}

}  // namespace srl::trajectory
