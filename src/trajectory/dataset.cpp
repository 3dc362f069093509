#include "trajectory/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "trajectory/order.hpp"
#include "trajectory/shard.hpp"

namespace srl::trajectory {
namespace {

struct WeightedFolder {
  std::string folder;
  double weight = 1;
};

/// "DIR" or "DIR:weight". A colon that no number follows belongs to the name.
WeightedFolder parse_folder(const std::string& word) {
  const std::size_t colon = word.rfind(':');
  if (colon == std::string::npos || colon + 1 == word.size() || word.find_first_not_of("0123456789.", colon + 1) != std::string::npos) return {word};
  WeightedFolder result{word.substr(0, colon), std::strtod(word.c_str() + colon + 1, nullptr)};
  if (!(result.weight > 0 && result.weight <= 1e6)) throw BadOption(cat("--data ", word, ": the weight must be above 0"));
  return result;
}

}  // namespace

Dataset::Dataset(const std::vector<std::string>& folders, Split split, const InstanceOptions& options, bool answered) {
  Checksum checksum;
  for (const std::string& word : folders) {
    const WeightedFolder data = parse_folder(word);
    const Manifest manifest = read_manifest(data.folder);
    verify_shards(data.folder, manifest);
    Part part{.first = size(), .first_draw = epoch_draws_};
    for (const ShardInfo& shard : manifest.shards) {
      checksum.add(shard.xxh3_128);
      for (Solution& solution : read_shard(std::filesystem::path(data.folder) / shard.file)) {
        if (solution.split != split) continue;
        if (answered && !solution.answer) {
          ++left_out_;
          continue;
        }
        const std::int64_t number = static_cast<std::int64_t>(solutions_.size());
        for (std::int64_t k : instance_steps(solution, options)) keys_.push_back({number, k});
        solutions_.push_back(std::move(solution));
      }
    }
    part.size = size() - part.first;
    part.draws = part.size == 0 ? 0 : std::max<std::int64_t>(1, std::llround(data.weight * static_cast<double>(part.size)));
    epoch_draws_ += part.draws;
    parts_.push_back(part);
    if (data.weight != 1) checksum.add(cat("weight ", data.weight));
  }
  checksum.add(split == Split::train ? "train" : "validation");
  if (answered) checksum.add("answered");
  fingerprint_ = checksum.hex();
}

std::int64_t Dataset::size() const { return static_cast<std::int64_t>(keys_.size()); }
std::int64_t Dataset::epoch_draws() const { return epoch_draws_; }
std::int64_t Dataset::left_out() const { return left_out_; }
InstanceKey Dataset::key(std::int64_t index) const { return keys_.at(static_cast<std::size_t>(index)); }
const Solution& Dataset::solution(std::int64_t number) const { return solutions_.at(static_cast<std::size_t>(number)); }
std::string Dataset::fingerprint() const { return fingerprint_; }

InstanceKey Dataset::draw(std::uint64_t seed, std::int64_t draw) const {
  if (keys_.empty()) throw BadInput("no training instances in the data: no solution has a step to learn under these options");
  const std::int64_t epoch = draw / epoch_draws_, slot = permuted(seed, epoch, draw % epoch_draws_, epoch_draws_);
  const Part* part = parts_.data();
  while (slot >= part->first_draw + part->draws) ++part;
  const std::int64_t own = slot - part->first_draw;
  if (part->draws == part->size) return key(part->first + own);
  // The folder's own endless order, of which every epoch takes the next `draws`: no instance comes a second time before all have come once.
  const std::int64_t number = epoch * part->draws + own;
  const std::uint64_t own_seed = seed + 0x9E3779B97F4A7C15U * static_cast<std::uint64_t>(part - parts_.data() + 1);
  return key(part->first + permuted(own_seed, number / part->size, number % part->size, part->size));
}

}  // namespace srl::trajectory
