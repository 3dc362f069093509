#pragma once
// Groups of nearly equal questions, which the hold-out grows in rounds.
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "data_prep/chunk/near_duplicates.hpp"

namespace srl::data_prep {

/// Nodes are questions; joined nodes form groups. Some nodes are expanded: in one round, all rows are
/// compared with them. The state is equal on every rank, because additions are gathered and sorted first. It
/// holds the seed questions and the expanded nodes, never all members of a group. A group whose growth
/// stopped early is open: rows outside it may be nearly the same as its members.
class SimilarGroups {
 public:
  using Node = std::uint32_t;
  static constexpr Node none = ~Node{0};

  bool empty() const { return parent_.empty(); }
  /// Adds a node in a group of its own. `question` is the hash of its normalised text.
  Node begin(std::uint64_t question);
  /// Expands this node in the next round, and joins it to the expanded nodes whose text is nearly the same. A
  /// node whose buckets are full is not expanded: enough similar nodes are.
  void expand_from(Node node, const Sketch& sketch, const std::string& text);
  void join(Node a, Node b);
  Node root(Node node) const;
  void leave_open(Node node);

  /// Begins a round with the nodes added since the last one. All earlier ones have been compared with all
  /// rows.
  void begin_round();
  bool round_is_empty() const { return round_begin_ == round_end_; }
  /// Ends the growth; groups with nodes that would be expanded in this round become open.
  void break_off();
  std::size_t expanding() const { return expanding_.size(); }
  /// Whether expand_from() would expand this question.
  bool wants(const Sketch& sketch) const;

  /// Roots of this round's expanded nodes that a question is nearly the same as. Calls text_of_row() only
  /// when the sketches do not decide.
  template <class TextOfRow>
  std::vector<Node> groups_like(const Sketch& sketch, const TextOfRow& text_of_row) const {
    std::vector<Node> groups;
    std::vector<std::uint32_t> tried;
    Shingles shingles;
    for (std::size_t band = 0; band < band_count; ++band) {
      const std::uint64_t key = key_of(sketch, band);
      if (!filter_[filter_place(key)]) { continue; }
      const auto bucket = buckets_.find(key);
      if (bucket == buckets_.end()) { continue; }
      for (const std::uint32_t place : bucket->second) {
        if (place < round_begin_ || place >= round_end_) { continue; }
        const Node group = expanding_[place].group;
        if (contains(groups, group) || !may_be_nearly_same(expanding_[place].sketch, sketch) ||
            contains(tried, place)) {
          continue;
        }
        tried.push_back(place);
        if (shingles.empty()) { shingles = shingles_of(text_of_row()); }
        if (nearly_same(expanding_[place].shingles, shingles)) { groups.push_back(group); }
      }
    }
    return groups;
  }

  /// For each group that is not open: its smallest hash and its root, sorted by hash.
  std::vector<std::pair<std::uint64_t, Node>> groups() const;

 private:
  struct Expanding {
    Node node = none, group = none;  ///< group: the root when the round began
    Sketch sketch;
    Shingles shingles;
  };
  static bool contains(const std::vector<std::uint32_t>& some, std::uint32_t one);
  static std::uint64_t key_of(const Sketch& sketch, std::size_t band) {
    return (std::uint64_t{band} << 32) | band_of(sketch, band);
  }
  std::size_t filter_place(std::uint64_t key) const { return (key * 0x9E3779B97F4A7C15ull) >> filter_shift_; }

  std::vector<Node> parent_, open_;  // open_: any node of an open group
  std::vector<std::uint64_t> questions_;
  std::vector<Expanding> expanding_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> buckets_;  // positions in expanding_
  std::vector<std::uint64_t> added_;                                       // keys added since the round began
  std::vector<bool> filter_{false};  // one bit per hashed key; most rows are in no bucket of the round
  unsigned filter_shift_ = 63;
  std::size_t round_begin_ = 0, round_end_ = 0;
};

}  // namespace srl::data_prep
