#pragma once
// Benchmark questions in training data (docs/method.md, "Duplicates and contamination"). Two questions
// overlap when they have `words` consecutive words in common (13 by default), or consist of the same words.
// The rule is the same in both directions: which training questions overlap with a benchmark (Contamination,
// in srl_prep), and which benchmark questions overlap with training data (Overlaps, in srl_report).
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace srl::text {

class Contamination {
 public:
  explicit Contamination(std::size_t words) : words_(words) {}
  /// Adds a benchmark question as it is written. A question of fewer than `words` words is found only when it
  /// is the whole training question.
  void add(std::string_view question);
  bool empty() const { return keys_.empty(); }
  /// Takes a training question in the form of normalised_question.
  bool contains(std::string_view normalised) const;

 private:
  std::size_t words_;
  std::unordered_set<std::uint64_t> keys_;
};

/// Its size depends on the benchmark questions only, not on the training data.
class Overlaps {
 public:
  explicit Overlaps(std::size_t words) : words_(words) {}
  /// Adds a benchmark question as it is written. Add all before the first see().
  void add(std::string_view question);
  /// Takes a training question as it is written, and a name for it. True when nothing before it had in common
  /// with the benchmark questions what this one has.
  bool see(std::string_view question, std::uint32_t name);
  /// The smallest name of the training questions that overlap with a benchmark question which was added; none
  /// when no one does.
  std::optional<std::uint32_t> first(std::string_view question) const;

 private:
  static constexpr std::uint32_t unseen = UINT32_MAX;
  std::size_t words_;
  std::unordered_map<std::uint64_t, std::uint32_t> names_;  ///< of the first training question, by key
};

}  // namespace srl::text
