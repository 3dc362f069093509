// The hold-out's groups, grown from their smallest questions by flooding: each round every rank looks in its chunks for questions that are nearly one
// of the last round's finds. Nothing but these groups is held in memory.
#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/strings.hpp"
#include "data_prep/fates.hpp"
#include "data_prep/near_duplicates.hpp"
#include "data_prep/question_texts.hpp"

namespace srl::data_prep {
namespace {

constexpr std::size_t most_texts = 100'000;   // questions that may recruit further ones; bounds the memory
constexpr std::size_t in_bucket = 32;         // questions of a bucket that a row is compared with
constexpr std::size_t most_rounds = 20;

/// A question met in the flood.
struct Find {
  std::uint64_t question = 0;   ///< hash of the normalised question
  std::string text;             ///< normalised
  std::vector<std::uint32_t> groups;   ///< of the members it is nearly the same as
};

struct Recruiter {
  std::uint32_t member = 0;
  Shingles shingles;
};

/// Members by their hash, in groups, with those that recruit in buckets. The same on every rank: changed by gathered finds in sorted order only.
class Flood {
 public:
  bool knows(std::uint64_t question) const { return index_.contains(question); }
  std::uint32_t root(std::uint32_t i) const {
    while (parent_[i] != i) i = parent_[i];
    return i;
  }

  void add(const Find& find) {
    const std::uint32_t member = static_cast<std::uint32_t>(parent_.size());
    index_.emplace(find.question, member);
    parent_.push_back(member);
    questions_.push_back(find.question);
    for (const std::uint32_t group : find.groups) join(group, member);
    if (find.text.empty() || recruiters_.size() >= most_texts) return;
    Shingles shingles = shingles_of(find.text);
    const auto bands = bands_of(find.text);
    const std::uint32_t place = static_cast<std::uint32_t>(recruiters_.size());
    bool wanted = false;
    for (std::size_t band = 0; band < band_count; ++band) {
      std::vector<std::uint32_t>& bucket = buckets_[{band, bands[band]}];
      for (const std::uint32_t other : bucket) {
        if (root(recruiters_[other].member) != root(member) && nearly_same(recruiters_[other].shingles, shingles)) join(recruiters_[other].member, member);
      }
      if (bucket.size() >= in_bucket) continue;
      bucket.push_back(place);
      added_.push_back(filter_bit(band, bands[band]));
      wanted = true;
    }
    if (wanted) recruiters_.push_back({member, std::move(shingles)});
  }

  /// What follows recruits anew; everything before has been compared with all rows.
  void begin_round() {
    round_begin_ = round_end_, round_end_ = recruiters_.size();
    filter_.assign(filter_bits, false);
    for (const std::size_t bit : added_) filter_[bit] = true;
    added_.clear();
  }
  bool round_is_empty() const { return round_begin_ == round_end_; }

  bool may_recruit(const RowRecord& record) const {
    for (std::size_t band = 0; band < band_count; ++band) {
      if (filter_[filter_bit(band, record.bands[band])]) return true;
    }
    return false;
  }

  /// Groups of this round's recruiters that the question is nearly the same as.
  std::vector<std::uint32_t> groups_like(const RowRecord& record, const auto& text_of_row) const {
    std::vector<std::uint32_t> groups;
    std::string text;
    Shingles shingles;
    for (std::size_t band = 0; band < band_count; ++band) {
      if (!filter_[filter_bit(band, record.bands[band])]) continue;
      const auto bucket = buckets_.find({band, record.bands[band]});
      if (bucket == buckets_.end()) continue;
      for (const std::uint32_t place : bucket->second) {
        if (place < round_begin_ || place >= round_end_) continue;
        const std::uint32_t group = root(recruiters_[place].member);
        if (std::find(groups.begin(), groups.end(), group) != groups.end()) continue;
        if (text.empty()) text = text_of_row(), shingles = shingles_of(text);
        if (nearly_same(recruiters_[place].shingles, shingles)) groups.push_back(group);
      }
    }
    std::sort(groups.begin(), groups.end());
    return groups;
  }

  /// The smallest hash of each group, with the group's root.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> smallest() const {
    std::map<std::uint32_t, std::uint64_t> least;
    for (std::uint32_t i = 0; i < parent_.size(); ++i) {
      const auto [entry, is_new] = least.emplace(root(i), questions_[i]);
      if (!is_new) entry->second = std::min(entry->second, questions_[i]);
    }
    std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted;
    for (const auto& [group, hash] : least) sorted.emplace_back(hash, group);
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  }
  std::uint32_t group_of(std::uint64_t question) const { return root(index_.at(question)); }

 private:
  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }
  std::unordered_map<std::uint64_t, std::uint32_t> index_;
  std::vector<std::uint32_t> parent_;
  std::vector<std::uint64_t> questions_;
  std::vector<Recruiter> recruiters_;
  struct BucketHash {
    std::size_t operator()(const std::pair<std::size_t, std::uint32_t>& key) const { return key.first * 0x9E3779B97F4A7C15ull ^ key.second; }
  };
  std::unordered_map<std::pair<std::size_t, std::uint32_t>, std::vector<std::uint32_t>, BucketHash> buckets_;
  /// Most rows are in no bucket of the round: a bit says so.
  static constexpr std::size_t filter_bits = std::size_t{1} << 18;
  static std::size_t filter_bit(std::size_t band, std::uint32_t value) { return (value ^ (band * 0x9E3779B9u)) % filter_bits; }
  std::vector<bool> filter_;
  std::vector<std::size_t> added_;
  std::size_t round_begin_ = 0, round_end_ = 0;
};

void put_number(std::string& blob, std::uint64_t value) { blob.append(reinterpret_cast<const char*>(&value), sizeof value); }
std::uint64_t take_number(std::string_view& blob) {
  std::uint64_t value = 0;
  std::memcpy(&value, blob.data(), sizeof value);
  blob.remove_prefix(sizeof value);
  return value;
}

/// Everyone's finds, once each and sorted by hash; only the first most_texts keep their text.
std::vector<Find> gathered(const std::map<std::uint64_t, Find>& mine, const comm::Communicator& world) {
  std::string blob;
  std::size_t texts = 0;
  for (const auto& [question, find] : mine) {
    const std::string_view text = ++texts <= most_texts ? std::string_view(find.text) : std::string_view();
    put_number(blob, question);
    put_number(blob, text.size());
    blob += text;
    put_number(blob, find.groups.size());
    for (const std::uint32_t group : find.groups) put_number(blob, group);
  }
  std::map<std::uint64_t, Find> all;
  for (const std::string& from : world.all_gather(blob)) {
    for (std::string_view rest = from; !rest.empty();) {
      Find find;
      find.question = take_number(rest);
      const std::size_t bytes = take_number(rest);
      find.text = rest.substr(0, bytes);
      rest.remove_prefix(bytes);
      find.groups.resize(take_number(rest));
      for (std::uint32_t& group : find.groups) group = static_cast<std::uint32_t>(take_number(rest));
      all.emplace(find.question, std::move(find));
    }
  }
  std::vector<Find> sorted;
  for (auto& [question, find] : all) sorted.push_back(std::move(find));
  for (std::size_t i = most_texts; i < sorted.size(); ++i) sorted[i].text.clear();
  return sorted;
}

/// Calls body(chunk reader, record, chunk, row) for every kept row of this rank's chunks.
template <class Body>
void for_kept(const Chunks& chunks, const Fates& fates, comm::Watchdog& watchdog, const Body& body) {
  for (std::size_t c = 0; c < chunks.size(); ++c) {
    if (!fates.mine(c)) continue;
    const ChunkReader reader = chunks.open(c);
    const std::span<const RowRecord> records = reader.records();
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (is_kept(fates.at(c, i))) body(reader, records[i], c, i);
    }
    watchdog.progress();
  }
}

/// The `wanted` smallest different hashes of all kept questions.
std::vector<std::uint64_t> smallest_questions(const Chunks& chunks, const Fates& fates, std::size_t wanted, const comm::Communicator& world, comm::Watchdog& watchdog) {
  std::vector<std::uint64_t> hashes;
  const auto shorten = [&] {
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    if (hashes.size() > wanted) hashes.resize(wanted);
  };
  std::uint64_t bound = std::numeric_limits<std::uint64_t>::max();
  for_kept(chunks, fates, watchdog, [&](const ChunkReader&, const RowRecord& record, std::size_t, std::size_t) {
    if (record.question > bound) return;
    hashes.push_back(record.question);
    if (hashes.size() < 2 * wanted + 1000) return;
    shorten();
    if (hashes.size() == wanted) bound = hashes.back();
  });
  shorten();
  std::string blob;
  for (const std::uint64_t hash : hashes) put_number(blob, hash);
  hashes.clear();
  for (const std::string& from : world.all_gather(blob)) {
    for (std::string_view rest = from; !rest.empty();) hashes.push_back(take_number(rest));
  }
  shorten();
  return hashes;
}

Flood flooded(const Chunks& chunks, const Fates& fates, const std::vector<std::uint64_t>& seeds, const comm::Communicator& world, comm::Watchdog& watchdog) {
  Flood flood;
  std::map<std::uint64_t, Find> finds;
  const std::unordered_set<std::uint64_t> wanted(seeds.begin(), seeds.end());
  const std::uint64_t largest = seeds.empty() ? 0 : seeds.back();
  for_kept(chunks, fates, watchdog, [&](const ChunkReader& reader, const RowRecord& record, std::size_t, std::size_t) {
    if (record.question <= largest && wanted.contains(record.question) && !finds.contains(record.question)) finds[record.question] = {record.question, question_of_body(reader.body(record)), {}};
  });
  for (std::size_t round = 0; round < most_rounds; ++round) {
    const std::vector<Find> all = gathered(finds, world);
    for (const Find& find : all) flood.add(find);
    flood.begin_round();
    if (all.empty() || flood.round_is_empty()) break;
    finds.clear();
    for_kept(chunks, fates, watchdog, [&](const ChunkReader& reader, const RowRecord& record, std::size_t, std::size_t) {
      if (!flood.may_recruit(record) || flood.knows(record.question) || finds.contains(record.question)) return;
      std::string text;
      const auto text_of_row = [&] { return text = question_of_body(reader.body(record)); };
      std::vector<std::uint32_t> groups = flood.groups_like(record, text_of_row);
      if (!groups.empty()) finds[record.question] = {record.question, std::move(text), std::move(groups)};
    });
  }
  return flood;
}

}  // namespace

void hold_out(const Chunks& chunks, Fates& fates, std::int64_t questions, const comm::Communicator& world, comm::Watchdog& watchdog) {
  if (questions == 0) return;
  const std::size_t wanted = static_cast<std::size_t>(questions);
  for (std::size_t seeds = 4 * wanted + 64;; seeds *= 4) {
    const std::vector<std::uint64_t> smallest = smallest_questions(chunks, fates, seeds, world, watchdog);
    const Flood flood = flooded(chunks, fates, smallest, world, watchdog);
    auto groups = flood.smallest();
    const bool everything = smallest.size() < seeds;
    if (groups.size() < wanted + 1 && !everything) continue;
    // Never everything: at least one group is left to train on.
    const std::size_t left = everything && groups.size() <= wanted ? 1 : 0;
    groups.resize(std::min(wanted, groups.size() - std::min(left, groups.size())));
    std::unordered_set<std::uint32_t> chosen;
    for (const auto& [hash, group] : groups) chosen.insert(group);
    for_kept(chunks, fates, watchdog, [&](const ChunkReader&, const RowRecord& record, std::size_t c, std::size_t i) {
      if (flood.knows(record.question) && chosen.contains(flood.group_of(record.question))) fates.at(c, i) = fate_validation;
    });
    fates.share();
    return;
  }
}

}  // namespace srl::data_prep
