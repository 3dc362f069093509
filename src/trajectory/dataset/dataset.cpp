#include "trajectory/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <list>
#include <mutex>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "trajectory/dataset/order.hpp"
#include "trajectory/dataset/solution_blob.hpp"
#include "trajectory/shard_reader.hpp"

namespace srl::trajectory {

WeightedFolder parse_folder(const std::string& word) {
  const std::size_t colon = word.rfind(':');
  if (colon == std::string::npos || colon + 1 == word.size() ||
      word.find_first_not_of("0123456789.", colon + 1) != std::string::npos) {
    return {word};
  }
  WeightedFolder result{word.substr(0, colon), std::strtod(word.c_str() + colon + 1, nullptr)};
  if (!(result.weight > 0 && result.weight <= 1e6)) {
    throw BadOption(cat("--data ", word, ": the weight must be above 0 and at most 1e6"));
  }
  return result;
}

/// A cache of the `most` shards that were used last. Each is an open file.
struct Dataset::OpenShards {
  static constexpr std::size_t most = 32;  // each keeps up to some MiB of decompressed chunks
  std::mutex mutex;
  std::list<std::pair<std::uint32_t, std::shared_ptr<const ShardReader>>> shards;  // last used first

  std::shared_ptr<const ShardReader> get(std::uint32_t number, const std::filesystem::path& file) {
    const std::lock_guard lock(mutex);
    const auto found =
        std::find_if(shards.begin(), shards.end(), [&](const auto& entry) { return entry.first == number; });
    if (found != shards.end()) {
      shards.splice(shards.begin(), shards, found);
    } else {
      shards.emplace_front(number, std::make_shared<const ShardReader>(file));
      if (shards.size() > most) { shards.pop_back(); }
    }
    return shards.front().second;
  }
};

Dataset::Dataset(const std::vector<std::string>& folders, Split split, const InstanceOptions& options,
                 bool answered)
    : Dataset(scan_folders(folders), split, options, answered) {}

Dataset::Dataset(const std::vector<ScannedFolder>& folders, Split split, const InstanceOptions& options,
                 bool answered)
    : open_(std::make_shared<OpenShards>()) {
  Checksum checksum;
  for (const ScannedFolder& data : folders) {
    std::int64_t in_split = 0, in_all = 0;
    Part part{.first = size(), .first_draw = epoch_draws_};
    for (std::size_t s = 0; s < data.rows.size(); ++s) {
      const std::vector<ScannedRow>& rows = data.rows[s];
      checksum.add(data.manifest.shards[s].xxh3_128);
      shards_.push_back(std::filesystem::path(data.folder) / data.manifest.shards[s].file);
      shard_checksums_[shards_.back().string()] = data.manifest.shards[s].xxh3_128;
      const std::uint32_t place = shards_.size() - 1;
      in_all += std::ssize(rows);
      for (std::uint32_t row = 0; row < rows.size(); ++row) {
        if (rows[row].validation != (split == Split::validation)) { continue; }
        ++in_split;
        if (answered && !rows[row].answered) {
          ++left_out_;
          continue;
        }
        const auto [first, last] = instance_range(rows[row].steps, options);
        first_step_ = first;
        places_.push_back({place, row});
        first_key_.push_back(first_key_.back() + last - first);
      }
    }
    const std::int64_t in_other = in_all - in_split;
    check_totals(data.folder, data.manifest, split == Split::train ? in_split : in_other,
                 split == Split::train ? in_other : in_split);
    part.size = size() - part.first;
    part.draws = part.size == 0 ? 0 : std::max<std::int64_t>(1, std::llround(data.weight * part.size));
    epoch_draws_ += part.draws;
    parts_.push_back(part);
    if (data.weight != 1) { checksum.add(cat("weight ", data.weight)); }
  }
  checksum.add(split == Split::train ? "train" : "validation");
  if (answered) { checksum.add("answered"); }
  fingerprint_ = checksum.hex();
}

std::int64_t Dataset::size() const {
  return first_key_.back();
}
std::int64_t Dataset::epoch_draws() const {
  return epoch_draws_;
}
std::int64_t Dataset::left_out() const {
  return left_out_;
}

InstanceKey Dataset::key(std::int64_t index) const {
  if (index < 0 || index >= size()) { throw Bug(cat("instance ", index, " of ", size())); }
  const auto after = std::upper_bound(first_key_.begin(), first_key_.end(), index);
  const std::int64_t solution = after - first_key_.begin() - 1;
  return {solution, first_step_ + index - first_key_[solution]};
}

std::int64_t Dataset::index(const InstanceKey& key) const {
  return first_key_.at(key.solution) + key.k - first_step_;
}

std::pair<std::int64_t, std::int64_t> Dataset::share(std::int64_t count, int rank, int ranks,
                                                     std::int64_t per_shard) const {
  std::int64_t shards = 0;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    shards += i == 0 || places_[i].shard != places_[i - 1].shard;
  }
  // Readers are spread over the ranks, and so over the nodes.
  const std::int64_t readers = std::clamp<std::int64_t>(shards * per_shard, 1, ranks),
                     first = readers * rank / ranks, last = readers * (rank + 1) / ranks;
  return {count * first / readers, count * last / readers};
}

std::string Dataset::packed(std::int64_t count) const {
  std::vector<Solution> solutions;
  for (std::int64_t i = 0; i < std::min(count, std::ssize(places_)); ++i) {
    solutions.push_back(solution(i));
  }
  return pack_solutions(solutions);
}

void Dataset::hold(const std::string& packed) {
  held_ = unpack_solutions(packed);
}

Solution Dataset::solution(std::int64_t number) const {
  if (number < std::ssize(held_)) { return held_.at(number); }
  const Place& place = places_.at(number);
  return open_->get(place.shard, shards_[place.shard])->read(place.row);
}

std::string Dataset::fingerprint() const {
  return fingerprint_;
}

InstanceKey Dataset::draw(std::uint64_t seed, std::int64_t draw) const {
  if (size() == 0) {
    throw BadInput(
        "no training instances in the data: no solution has a step to learn; check --data and the "
        "[instance] options");
  }
  const std::int64_t epoch = draw / epoch_draws_,
                     slot = permuted(seed, epoch, draw % epoch_draws_, epoch_draws_);
  const Part* part = parts_.data();
  while (slot >= part->first_draw + part->draws) { ++part; }
  const std::int64_t own = slot - part->first_draw;
  if (part->draws == part->size) { return key(part->first + own); }
  // The folder has its own endless order, and every epoch takes the next `draws` of it. So no instance
  // repeats before all have been drawn once.
  const std::int64_t number = epoch * part->draws + own;
  const std::uint64_t own_seed = seed + 0x9E3779B97F4A7C15U * (part - parts_.data() + 1);
  return key(part->first + permuted(own_seed, number / part->size, number % part->size, part->size));
}

}  // namespace srl::trajectory
