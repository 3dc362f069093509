#pragma once
// What a report shows of records beside its measures: how completions ended, how long and how similar they
// are, and a few examples. It takes one record after the other and keeps little of each, so its size does not
// depend on their number.
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/tables/grouping.hpp"
#include "base/words.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

/// How a completion ended. A right one is right however it ended; of the others the first reason counts.
enum class Kind { right, wrong, no_answer, bad_format, truncated, max_steps, not_asked };
SRL_WORDS(Kind, "right", "wrong", "no answer", "bad format", "truncated", "too many steps", "not asked");
inline constexpr std::size_t kinds = words_of(Kind{}).size();
Kind kind_of(const evaluation::Record& record);

struct RecordExample {
  std::uint64_t order = 0;  ///< a checksum of question and sample: the examples with the smallest are kept
  std::int64_t question = 0, sample = 0;
  std::uint64_t checksum = 0;               ///< of the whole text
  std::string id, text, answer, reference;  ///< cut to a bounded length
  std::optional<double> similarity;
  std::int64_t tokens = 0;
  auto rank() const { return std::tie(order, question, sample, checksum); }
};

/// The completions of one model, benchmark, view and way of sampling.
struct RecordGroup {
  std::string model, model_checksum, benchmark, benchmark_checksum, view, settings;
  bool greedy = false;
  std::string label;  ///< names the group among the others; set by groups()
  std::array<std::int64_t, kinds> counts{};
  std::map<std::int64_t, std::int64_t> lengths;                            ///< completions by tokens
  std::vector<std::int64_t> similarities = std::vector<std::int64_t>(20);  ///< in bins of 0.05 from 0
  std::array<std::vector<RecordExample>, kinds> examples;                  ///< few of each kind
};

class RecordFigures {
 public:
  /// Of records of the same completion that differ, one counts by the rule of the measures
  /// (records/answers.hpp), whatever their order. Completions of two seeds are two.
  void add(const evaluation::Record& record);
  std::int64_t completions() const { return static_cast<std::int64_t>(counted_.size()); }
  /// By benchmark, view, model and settings, with labels.
  std::vector<RecordGroup> groups() const;

 private:
  using Key = std::tuple<Content, std::string, std::string, std::string>;
  /// What counts of a completion.
  struct Counted {
    std::uint64_t text = 0;  ///< checksum
    bool correct = false;
    Kind kind = Kind::wrong;
    std::int64_t tokens = 0;
    std::optional<std::size_t> similarity;  ///< bin
  };
  RecordGroup& group_of(const evaluation::Record& record);
  static void count(RecordGroup& group, const Counted& counted, std::int64_t times);

  std::map<Key, RecordGroup> groups_;
  std::unordered_map<std::uint64_t, Counted> counted_;  ///< by a checksum that names the completion
  // Of the record before, whose group is usually the next one's too:
  Json last_settings_;
  std::string last_identity_;  ///< of everything but question and sample
  RecordGroup* last_ = nullptr;
};

/// How many completions of each group ended in which way.
Section section_of(const RecordFigures& figures);

}  // namespace srl::analysis
