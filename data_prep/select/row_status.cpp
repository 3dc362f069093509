#include "data_prep/select/row_status.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>

#include "base/error.hpp"
#include "data_prep/chunk/near_duplicates.hpp"
#include "data_prep/select/question_texts.hpp"

namespace srl::data_prep {
namespace {

struct ContentEntry {
  std::uint64_t content[2];
  RowNumber row;
};

template <class T>
void append_bytes(std::string& blob, const T& value) {
  blob.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <class T>
std::vector<T> taken(const std::string& blob) {
  std::vector<T> values(blob.size() / sizeof(T));
  if (!values.empty()) { std::memcpy(values.data(), blob.data(), values.size() * sizeof(T)); }
  return values;
}

/// Packed numbers of the rows in `entries` that equal an earlier one.
std::string later_equals(std::vector<ContentEntry>& entries) {
  const auto key = [](const ContentEntry& e) { return std::tie(e.content[0], e.content[1], e.row); };
  std::sort(entries.begin(), entries.end(),
            [&](const ContentEntry& a, const ContentEntry& b) { return key(a) < key(b); });
  std::string rows;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].content[0] == entries[i - 1].content[0] &&
        entries[i].content[1] == entries[i - 1].content[1]) {
      append_bytes(rows, entries[i].row);
    }
  }
  return rows;
}

/// Union-find with path halving; the smallest member is the root.
class Groups {
 public:
  explicit Groups(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), std::uint32_t{0});
  }
  std::uint32_t root(std::uint32_t i) {
    while (parent_[i] != i) { i = parent_[i] = parent_[parent_[i]]; }
    return i;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace

RowStatuses::RowStatuses(const Chunks& chunks, const comm::Communicator& world)
    : world_(world), statuses_(chunks.size()) {
  for (std::size_t c = 0; c < chunks.size(); ++c) {
    statuses_[c].resize(chunks.headers[c].rows);
    if (!mine(c)) { continue; }
    const ChunkReader reader = chunks.open(c);
    const std::span<const RowRecord> records = reader.records();
    for (std::size_t i = 0; i < records.size(); ++i) {
      statuses_[c][i] = records[i].kind == Kind::kept ? status_train : status_of_reason(records[i].reason);
    }
  }
  share();
}

void RowStatuses::share() {
  std::string blob;
  for (std::size_t c = 0; c < statuses_.size(); ++c) {
    if (mine(c)) { blob.append(reinterpret_cast<const char*>(statuses_[c].data()), statuses_[c].size()); }
  }
  const std::vector<std::string> all = world_.all_gather(blob);
  std::vector<std::size_t> at(all.size(), 0);
  for (std::size_t c = 0; c < statuses_.size(); ++c) {
    const std::size_t rank = c % all.size();
    std::copy_n(all[rank].data() + at[rank], statuses_[c].size(),
                reinterpret_cast<char*>(statuses_[c].data()));
    at[rank] += statuses_[c].size();
  }
}

void drop_exact_duplicates(const Chunks& chunks, RowStatuses& statuses, const comm::Communicator& world,
                           std::uint64_t pass_rows) {
  const std::size_t size = world.size();
  const std::uint64_t passes = 1 + chunks.rows / (pass_rows * size);
  const std::uint8_t reason = reason_number("exact_duplicate");
  for (std::uint64_t pass = 0; pass < passes; ++pass) {
    std::vector<std::string> to_rank(size);
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      if (!statuses.mine(c)) { continue; }
      const ChunkReader reader = chunks.open(c);
      const std::span<const RowRecord> records = reader.records();
      for (std::size_t i = 0; i < records.size(); ++i) {
        if (!is_kept(statuses.at(c, i)) || records[i].content[0] % passes != pass) { continue; }
        append_bytes(to_rank[(records[i].content[0] / passes) % size],
                     ContentEntry{{records[i].content[0], records[i].content[1]}, row_number(c, i)});
      }
    }
    std::string later;
    {
      std::vector<ContentEntry> entries;
      for (const std::string& blob : world.all_to_all(to_rank)) {
        const std::vector<ContentEntry> some = taken<ContentEntry>(blob);
        entries.insert(entries.end(), some.begin(), some.end());
      }
      to_rank.clear();
      later = later_equals(entries);
    }
    for (const std::string& blob : world.all_gather(later)) {
      for (const RowNumber row : taken<RowNumber>(blob)) {
        statuses.at(chunk_of(row), row_of(row)) = status_of_reason(reason);
      }
    }
  }
}

std::int64_t find_near_duplicates(const Chunks& chunks, RowStatuses& statuses, bool drop,
                                  const comm::Communicator& world, comm::Watchdog& watchdog) {
  // A question is compared with at most this many earlier questions of its bucket, all from other groups.
  constexpr std::size_t compared = 16;
  std::string later;
  if (world.is_root()) {
    std::vector<RowNumber> rows;
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      for (std::size_t i = 0; i < chunks.headers[c].rows; ++i) {
        if (is_kept(statuses.at(c, i))) { rows.push_back(row_number(c, i)); }
      }
    }
    Groups groups(rows.size());
    QuestionTexts texts(chunks);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> buckets(rows.size());  // (band, place in rows)
    for (std::size_t band = 0; band < band_count; ++band) {
      std::uint32_t place = 0;
      for (std::size_t c = 0; c < chunks.size(); ++c) {
        const ChunkReader reader = chunks.open(c);
        const std::span<const RowRecord> records = reader.records();
        for (std::size_t i = 0; i < records.size(); ++i) {
          if (is_kept(statuses.at(c, i))) {
            buckets[place] = {band_of(records[i].sketch, band), place}, ++place;
          }
        }
        watchdog.progress();
      }
      std::sort(buckets.begin(), buckets.end());
      std::size_t begin = 0;
      for (std::size_t i = 0; i < buckets.size(); ++i) {
        if (buckets[i].first != buckets[begin].first) { begin = i; }
        std::size_t tried = 0;
        for (std::size_t j = begin; j < i && tried < compared; ++j) {
          const std::uint32_t a = buckets[j].second, b = buckets[i].second;
          if (groups.root(a) == groups.root(b)) { break; }
          ++tried;
          if (nearly_same(texts.shingles(rows[a]), texts.shingles(rows[b]))) { groups.join(a, b); }
        }
        if (i % 1024 == 0) { watchdog.progress(); }
      }
    }
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (groups.root(i) != i) { append_bytes(later, rows[i]); }
    }
  }
  const std::vector<RowNumber> found = taken<RowNumber>(world.broadcast(later, 0));
  const RowStatus status = status_of_reason(reason_number("near_duplicate"));
  for (const RowNumber row : found) {
    if (drop) { statuses.at(chunk_of(row), row_of(row)) = status; }
  }
  return std::ssize(found);
}

}  // namespace srl::data_prep
