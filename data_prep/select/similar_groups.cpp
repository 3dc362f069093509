#include "data_prep/select/similar_groups.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

namespace srl::data_prep {
namespace {

// Most expanded nodes per bucket. Otherwise rows made from one pattern would all be compared with each other.
constexpr std::size_t in_bucket = 32;

}  // namespace

bool SimilarGroups::contains(const std::vector<std::uint32_t>& some, std::uint32_t one) {
  return std::find(some.begin(), some.end(), one) != some.end();
}

SimilarGroups::Node SimilarGroups::begin(std::uint64_t question) {
  const Node node = parent_.size();
  parent_.push_back(node);
  questions_.push_back(question);
  return node;
}

SimilarGroups::Node SimilarGroups::root(Node node) const {
  while (parent_[node] != node) { node = parent_[node]; }
  return node;
}

void SimilarGroups::join(Node a, Node b) {
  const Node low = std::min(root(a), root(b));
  for (Node node : {a, b}) {  // also the nodes on the way, so that chains stay short
    while (parent_[node] != low) {
      const Node next = parent_[node];
      parent_[node] = low;
      node = next;
    }
  }
}

void SimilarGroups::leave_open(Node node) {
  open_.push_back(node);
}

void SimilarGroups::break_off() {
  for (std::size_t place = round_begin_; place < round_end_; ++place) { leave_open(expanding_[place].node); }
  begin_round();
}

bool SimilarGroups::wants(const Sketch& sketch) const {
  for (std::size_t band = 0; band < band_count; ++band) {
    const auto bucket = buckets_.find(key_of(sketch, band));
    if (bucket == buckets_.end() || bucket->second.size() < in_bucket) { return true; }
  }
  return false;
}

void SimilarGroups::expand_from(Node node, const Sketch& sketch, const std::string& text) {
  const std::uint32_t place = expanding_.size();
  Expanding one{node, none, sketch, shingles_of(text)};
  bool wanted = false;
  for (std::size_t band = 0; band < band_count; ++band) {
    const std::uint64_t key = key_of(sketch, band);
    std::vector<std::uint32_t>& bucket = buckets_[key];
    for (const std::uint32_t other : bucket) {
      const Expanding& known = expanding_[other];
      if (root(known.node) != root(node) && may_be_nearly_same(known.sketch, sketch) &&
          nearly_same(known.shingles, one.shingles)) {
        join(known.node, node);
      }
    }
    if (bucket.size() >= in_bucket) { continue; }
    bucket.push_back(place);
    added_.push_back(key);
    wanted = true;
  }
  if (!wanted) { return; }
  expanding_.push_back(std::move(one));
}

void SimilarGroups::begin_round() {
  round_begin_ = round_end_, round_end_ = expanding_.size();
  for (std::size_t place = round_begin_; place < round_end_; ++place) {
    expanding_[place].group = root(expanding_[place].node);
  }
  const int bits = std::clamp<int>(std::bit_width(16 * added_.size()), 10, 24);
  filter_shift_ = 64 - bits;
  filter_.assign(std::size_t{1} << bits, false);
  for (const std::uint64_t key : added_) { filter_[filter_place(key)] = true; }
  added_.clear();
}

std::vector<std::pair<std::uint64_t, SimilarGroups::Node>> SimilarGroups::groups() const {
  std::set<Node> open;
  for (const Node node : open_) { open.insert(root(node)); }
  std::map<Node, std::uint64_t> least;
  for (Node node = 0; node < parent_.size(); ++node) {
    if (open.contains(root(node))) { continue; }
    const auto [entry, is_new] = least.emplace(root(node), questions_[node]);
    if (!is_new) { entry->second = std::min(entry->second, questions_[node]); }
  }
  std::vector<std::pair<std::uint64_t, Node>> sorted;
  for (const auto& [group, hash] : least) { sorted.emplace_back(hash, group); }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace srl::data_prep
