// Chooses the hold-out. Each group of nearly equal questions grows in rounds from its question with the
// smallest hash: every rank searches its chunks for questions that are nearly the same as one found in the
// last round. Memory: four bytes per row of this rank for the row's group, and the questions that groups grow
// from.
#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "data_prep/select/question_texts.hpp"
#include "data_prep/select/round_finds.hpp"
#include "data_prep/select/row_status.hpp"
#include "data_prep/select/similar_groups.hpp"

namespace srl::data_prep {
namespace {

using Node = SimilarGroups::Node;
constexpr std::size_t most_rounds = 20;

class HoldOut {
 public:
  HoldOut(const Chunks& chunks, RowStatuses& statuses, const comm::Communicator& world,
          comm::Watchdog& watchdog, std::size_t text_bytes)
      : chunks_(chunks),
        statuses_(statuses),
        world_(world),
        watchdog_(watchdog),
        seed_text_(text_bytes),
        found_text_(text_bytes),
        groups_(chunks.size()) {
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      if (statuses.mine(c)) { groups_[c].assign(chunks.headers[c].rows, SimilarGroups::none); }
    }
  }

  void mark(std::size_t wanted) {
    Groups groups;
    search(wanted, [&] { return (groups = similar_.groups()).size() > wanted; });
    // Never hold out everything: at least one group stays for training.
    if (!groups.empty() && groups.size() <= wanted && rows_outside(groups) == 0) { groups.pop_back(); }
    groups.resize(std::min(wanted, groups.size()));
    if (groups.size() < wanted && !similar_.empty() && world_.is_root()) {
      log_warning(
          cat("only ", groups.size(), " of ", counted(wanted, "group"),
              " of questions are held out: the data have no more (nearly equal questions are one group)"));
    }
    hold(groups);
  }

  /// At most 60 groups, and at most a tenth of the kept rows.
  void mark_automatically() {
    constexpr std::size_t most = 60;
    const std::int64_t rows = rows_outside({});
    Groups chosen;
    std::int64_t smallest = rows;
    search(most, [&] {
      chosen.clear();
      const Groups groups = similar_.groups();
      const std::vector<std::int64_t> sizes = rows_of(groups);
      std::int64_t left = rows / 10;
      for (std::size_t g = 0; g < groups.size() && chosen.size() < most; ++g) {
        smallest = std::min(smallest, sizes[g]);
        if (sizes[g] > left) { continue; }
        left -= sizes[g];
        chosen.push_back(groups[g]);
      }
      return chosen.size() == most || left == 0;
    });
    if (chosen.empty() && rows > 0 && world_.is_root()) {
      log_warning(
          cat("no question is held out, so there is no validation: the smallest group of nearly equal "
              "questions has ",
              smallest, " of ", counted(rows, "solution"),
              ", and holdout.questions = auto takes at most a tenth; set --holdout.questions "
              "to a number of groups, or hold out a file of your own"));
    }
    hold(chosen);
  }

 private:
  using Groups = std::vector<std::pair<std::uint64_t, Node>>;  ///< smallest hash and root

  /// Grows groups from more and more seeds until `enough()` or until all questions are in groups.
  template <class Enough>
  void search(std::size_t wanted, const Enough& enough) {
    bool everything = false;
    for (std::size_t seeds = wanted + wanted / 4 + 16; !everything && !seeds_overflowed_; seeds *= 2) {
      const std::vector<std::uint64_t> smallest = smallest_questions(seeds);
      everything = smallest.size() < seeds;
      begin_from(smallest);
      for (std::size_t round = 0; round < most_rounds && !similar_.round_is_empty(); ++round) { grow(); }
      similar_.break_off();
      if (enough()) { return; }
    }
  }

  /// The rows of these groups go to validation.
  void hold(const Groups& groups) {
    const std::unordered_set<Node> chosen = roots(groups);
    for (std::size_t c = 0; c < groups_.size(); ++c) {
      for (std::size_t i = 0; i < groups_[c].size(); ++i) {
        if (groups_[c][i] != SimilarGroups::none && chosen.contains(similar_.root(groups_[c][i]))) {
          statuses_.at(c, i) = status_validation;
        }
      }
    }
    statuses_.share();
  }

  /// The number of kept rows of each group on all ranks.
  std::vector<std::int64_t> rows_of(const Groups& groups) {
    std::unordered_map<Node, std::size_t> place;
    for (std::size_t g = 0; g < groups.size(); ++g) { place.emplace(groups[g].second, g); }
    std::vector<std::int64_t> rows(groups.size());
    for (std::size_t c = 0; c < groups_.size(); ++c) {
      for (std::size_t i = 0; i < groups_[c].size(); ++i) {
        if (groups_[c][i] == SimilarGroups::none) { continue; }
        const auto found = place.find(similar_.root(groups_[c][i]));
        if (found != place.end()) { rows[found->second] += is_kept(statuses_.at(c, i)); }
      }
    }
    world_.all_reduce(std::span<std::int64_t>(rows), comm::Reduce::sum);
    return rows;
  }

  /// Calls body(chunk reader, record, the row's group) for every kept row in this rank's chunks that is not
  /// yet in a group.
  template <class Body>
  void for_new(const Body& body) {
    for (std::size_t c = 0; c < chunks_.size(); ++c) {
      if (!statuses_.mine(c)) { continue; }
      const ChunkReader reader = chunks_.open(c);
      const std::span<const RowRecord> records = reader.records();
      for (std::size_t i = 0; i < records.size(); ++i) {
        if (is_kept(statuses_.at(c, i)) && groups_[c][i] == SimilarGroups::none) {
          body(reader, records[i], groups_[c][i]);
        }
      }
      watchdog_.progress();
    }
  }

  static std::unordered_set<Node> roots(const Groups& groups) {
    std::unordered_set<Node> nodes;
    for (const auto& [hash, group] : groups) { nodes.insert(group); }
    return nodes;
  }
  /// Number of kept rows on all ranks that are in none of the groups.
  std::int64_t rows_outside(const Groups& groups) {
    const std::unordered_set<Node> inside = roots(groups);
    std::int64_t rows = 0;
    for (std::size_t c = 0; c < groups_.size(); ++c) {
      for (std::size_t i = 0; i < groups_[c].size(); ++i) {
        const Node node = groups_[c][i];
        rows += is_kept(statuses_.at(c, i)) &&
                (node == SimilarGroups::none || !inside.contains(similar_.root(node)));
      }
    }
    return world_.all_reduce(rows, comm::Reduce::sum);
  }

  /// The `wanted` smallest distinct hashes of the questions that are in no group.
  std::vector<std::uint64_t> smallest_questions(std::size_t wanted) {
    std::vector<std::uint64_t> hashes;
    const auto shorten = [&] {
      std::sort(hashes.begin(), hashes.end());
      hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
      if (hashes.size() > wanted) { hashes.resize(wanted); }
    };
    std::uint64_t bound = std::numeric_limits<std::uint64_t>::max();
    for_new([&](const ChunkReader&, const RowRecord& record, Node&) {
      if (record.question > bound) { return; }
      hashes.push_back(record.question);
      if (hashes.size() < 2 * wanted + 1000) { return; }
      shorten();
      if (hashes.size() == wanted) { bound = hashes.back(); }
    });
    shorten();
    std::string blob;
    for (const std::uint64_t hash : hashes) { put(blob, hash); }
    hashes.clear();
    for (const std::string& from : world_.all_gather(blob)) {
      for (std::string_view rest = from; !rest.empty();) { hashes.push_back(take<std::uint64_t>(rest)); }
    }
    shorten();
    return hashes;
  }

  /// Collects the finds of all ranks as far as their texts fit into `text_left`; the result is the same on
  /// every rank. Leaves the groups of the other finds open. Returns whether all finds fit.
  bool gather(const RoundFinds& mine, std::size_t& text_left, Finds& result) {
    std::string blob;
    put(blob, mine.bound());
    for (const auto& [question, find] : mine.all()) {
      put(blob, question), put(blob, find.group), put(blob, find.sketch), put(blob, find.text.size());
      blob += find.text;
    }
    const std::vector<std::string> blobs = world_.all_gather(blob);
    std::uint64_t bound = std::numeric_limits<std::uint64_t>::max();
    for (const std::string& from : blobs) {
      std::string_view head = from;
      bound = std::min(bound, take<std::uint64_t>(head));
    }
    RoundFinds all(text_left, bound);
    for (const std::string& from : blobs) {
      for (std::string_view rest = std::string_view(from).substr(sizeof bound); !rest.empty();) {
        const auto question = take<std::uint64_t>(rest);
        Find find;
        find.group = take<Node>(rest), find.sketch = take<Sketch>(rest);
        const auto bytes = take<std::size_t>(rest);
        find.text = rest.substr(0, bytes);
        rest.remove_prefix(bytes);
        all.add(question, std::move(find));
      }
    }
    blob.clear();
    for (const Node node : mine.left_out()) { put(blob, node); }
    std::set<Node> open(all.left_out().begin(), all.left_out().end());
    for (const std::string& from : world_.all_gather(blob)) {
      for (std::string_view rest = from; !rest.empty();) { open.insert(take<Node>(rest)); }
    }
    for (const Node node : open) { similar_.leave_open(node); }
    result = all.all();
    for (const auto& [question, find] : result) { text_left -= find.text.size(); }
    return open.empty();
  }

  /// Makes nodes of these questions (sorted) and lets groups grow from them in the next round.
  void begin_from(const std::vector<std::uint64_t>& questions) {
    std::vector<Node> nodes;
    for (const std::uint64_t question : questions) { nodes.push_back(similar_.begin(question)); }
    RoundFinds finds(seed_text_);
    for_new([&](const ChunkReader& reader, const RowRecord& record, Node& group) {
      const auto found = std::lower_bound(questions.begin(), questions.end(), record.question);
      if (found == questions.end() || *found != record.question) { return; }
      group = nodes[found - questions.begin()];
      if (!finds.contains(record.question)) {
        finds.add(record.question, {group, record.sketch, question_of_body(reader.body(record))});
      }
    });
    Finds all;
    seeds_overflowed_ = !gather(finds, seed_text_, all);
    for (const auto& [question, find] : all) { similar_.expand_from(find.group, find.sketch, find.text); }
    similar_.begin_round();
  }

  /// One round: every row that is nearly the same as a question of this round joins its group. From some of
  /// these rows the groups grow in the next round.
  void grow() {
    RoundFinds finds(found_text_);
    std::set<std::pair<Node, Node>> joins;
    for_new([&](const ChunkReader& reader, const RowRecord& record, Node& group) {
      std::string text;
      const auto text_of_row = [&]() -> const std::string& {
        return text = question_of_body(reader.body(record));
      };
      const std::vector<Node> groups = similar_.groups_like(record.sketch, text_of_row);
      if (groups.empty()) { return; }
      group = groups.front();
      for (const Node other : groups) {
        if (other != group) { joins.insert(std::minmax({group, other})); }
      }
      if (!finds.contains(record.question) && similar_.wants(record.sketch)) {
        finds.add(record.question, {group, record.sketch, std::move(text)});
      }
    });
    std::string blob;
    for (const auto& [a, b] : joins) { put(blob, a), put(blob, b); }
    for (const std::string& from : world_.all_gather(blob)) {
      for (std::string_view rest = from; !rest.empty();) {
        const Node a = take<Node>(rest), b = take<Node>(rest);
        similar_.join(a, b);
      }
    }
    Finds all;
    gather(finds, found_text_, all);
    for (const auto& [question, find] : all) {
      const Node node = similar_.begin(question);
      similar_.join(find.group, node);
      similar_.expand_from(node, find.sketch, find.text);
    }
    similar_.begin_round();
  }

  const Chunks& chunks_;
  RowStatuses& statuses_;
  const comm::Communicator& world_;
  comm::Watchdog& watchdog_;
  SimilarGroups similar_;
  /// Bytes of text still allowed: for seed questions; for found questions.
  std::size_t seed_text_, found_text_;
  bool seeds_overflowed_ = false;
  std::vector<std::vector<Node>> groups_;  ///< per chunk and row of this rank: any node of the row's group
};

}  // namespace

void hold_out(const Chunks& chunks, RowStatuses& statuses, std::int64_t questions,
              const comm::Communicator& world, comm::Watchdog& watchdog, std::size_t text_bytes) {
  if (questions == 0) { return; }
  HoldOut hold_out(chunks, statuses, world, watchdog, text_bytes);
  if (questions > 0) {
    hold_out.mark(questions);
  } else {
    hold_out.mark_automatically();
  }
}

void check_hold_out(std::int64_t questions, std::int64_t train, std::int64_t validation) {
  if (questions <= 0 || validation <= train) { return; }
  throw BadOption(
      cat("--holdout.questions ", questions, " holds out ", counted(validation, "solution"),
          " for validation and leaves ", train,
          " for training (nearly equal questions are one group): use a smaller number, auto, or 0"));
}

}  // namespace srl::data_prep
