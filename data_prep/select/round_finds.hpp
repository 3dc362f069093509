#pragma once
// The questions that one round of the hold-out finds, limited by the bytes of their texts, and functions that
// pack values for other ranks. Used only inside data_prep.
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "data_prep/select/similar_groups.hpp"

namespace srl::data_prep {

/// A question found in a round, or a seed question.
struct Find {
  SimilarGroups::Node group = SimilarGroups::none;  ///< group of a nearly equal question
  Sketch sketch{};
  std::string text;  ///< normalised
};
using Finds = std::map<std::uint64_t, Find>;  ///< by the hash of the question

/// Keeps the finds with the smallest hashes, as many as have texts that fit. The result depends neither on
/// the rank that found them nor on the order.
class RoundFinds {
 public:
  explicit RoundFinds(std::size_t text_bytes, std::uint64_t bound = std::numeric_limits<std::uint64_t>::max())
      : left_(text_bytes), bound_(bound) {}
  std::uint64_t bound() const { return bound_; }  ///< hashes from here on are left out
  bool contains(std::uint64_t question) const { return finds_.contains(question); }
  const Finds& all() const { return finds_; }
  /// Groups of the finds that are left out.
  const std::unordered_set<SimilarGroups::Node>& left_out() const { return left_out_; }
  void add(std::uint64_t question, Find find) {
    if (question >= bound_) {
      left_out_.insert(find.group);
      return;
    }
    const std::size_t bytes = find.text.size();
    if (!finds_.emplace(question, std::move(find)).second) { return; }
    bytes_ += bytes;
    while (bytes_ > left_) {
      const auto last = std::prev(finds_.end());
      bytes_ -= last->second.text.size();
      bound_ = last->first;  // larger hashes are left out too
      left_out_.insert(last->second.group);
      finds_.erase(last);
    }
  }

 private:
  Finds finds_;
  std::size_t bytes_ = 0;
  std::size_t left_;
  std::uint64_t bound_;
  std::unordered_set<SimilarGroups::Node> left_out_;
};

/// put() appends the bytes of a value; take() removes them from the front.
template <class T>
  requires std::is_trivially_copyable_v<T>
void put(std::string& blob, const T& value) {
  blob.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <class T>
  requires std::is_trivially_copyable_v<T>
T take(std::string_view& blob) {
  T value{};
  std::memcpy(&value, blob.data(), sizeof value);
  blob.remove_prefix(sizeof value);
  return value;
}

}  // namespace srl::data_prep
