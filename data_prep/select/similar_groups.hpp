#pragma once
// The groups of nearly same questions that the hold-out grows, from questions that it has met to those that
// are nearly one of these.
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "data_prep/chunk/near_duplicates.hpp"

namespace srl::data_prep {

/// Questions as nodes of groups, and those of them that expand_from: which further ones are nearly the same
/// as they? Equal on every rank, because what is added is gathered and sorted first. It holds the questions
/// that began and those that expand_from, never all members of a group. A group whose growth was broken off
/// is open: others like its members may be outside.
class SimilarGroups {
 public:
  using Node = std::uint32_t;
  static constexpr Node none = ~Node{0};

  bool empty() const { return parent_.empty(); }
  /// A new node, not yet in any group. `question` is the hash of its normalised text.
  Node begin(std::uint64_t question);
  /// A node that recruits in the next round; joins it to the expanding that its text is nearly the same as.
  /// Does nothing further when its buckets are full: there expand_from enough that are like it.
  void expand_from(Node node, const Sketch& sketch, const std::string& text);
  void join(Node a, Node b);
  Node root(Node node) const;
  void leave_open(Node node);

  /// What was added since recruits now; everything before has been compared with all rows.
  void begin_round();
  bool round_is_empty() const { return round_begin_ == round_end_; }
  /// There is no further round for those that would expand_from in it.
  void break_off();
  std::size_t expanding() const { return expanding_.size(); }
  /// Whether the question would expand_from.
  bool wants(const Sketch& sketch) const;

  /// Roots of this round's expanding that a question is nearly the same as; text_of_row() is called when the
  /// sketches do not settle it.
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

  /// The smallest hash of each group that is not open, with its root, smallest first.
  std::vector<std::pair<std::uint64_t, Node>> groups() const;

 private:
  struct Expanding {
    Node node = none, group = none;  ///< group: the root as the round began
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
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> buckets_;  // places of expanding
  std::vector<std::uint64_t> added_;                                       // keys since the round began
  std::vector<bool> filter_{false};  // most rows are in no bucket of the round: a bit says so
  unsigned filter_shift_ = 63;
  std::size_t round_begin_ = 0, round_end_ = 0;
};

}  // namespace srl::data_prep
