#pragma once
// Records without their texts: what measures need of a completion, in about 100 bytes. Equal subjects are
// kept once.
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/tables/grouping.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

/// What a completion is of: everything that makes two completions comparable, and the seed.
struct Subject {
  Content benchmark;
  std::string model;  ///< its path; of several paths with one content the first in alphabetical order
  std::string model_checksum, view;
  Json settings;
  std::int64_t input = 0;          ///< number of the input that named the model first
  bool solutions_missing = false;  ///< view step: some older records do not say it

  const std::string& identity() const { return model_checksum.empty() ? model : model_checksum; }
  bool greedy() const;
};

/// A question of a benchmark. `cluster` is the solution of a step, else the question itself.
struct Place {
  std::int64_t cluster = 0, number = 0;
  std::uint64_t reference = 0;  ///< of a step: checksum of the expert's text
  auto operator<=>(const Place&) const = default;
};

struct Answer {
  std::uint32_t subject = 0;
  bool correct = false, truncated = false, answered = false;
  Place place;
  std::int64_t sample = 0, tokens = 0;
  std::uint64_t text = 0;  ///< checksum: tells a doubled record from a conflicting one
  std::uint64_t vote = 0;  ///< equal for equal answers (docs/method.md, "Measures"); 0: no answer
};

/// What an answer counts as in a vote: all right answers are one; others are compared by their numbers, else
/// by their texts without white space. 0: there is none.
std::uint64_t vote_of(const evaluation::Record& record);

/// Records that name the same completion.
struct Repeats {
  std::int64_t doubled = 0, conflicting = 0;
  std::string first_conflict;  ///< benchmark, question, sample
};

class Answers {
 public:
  /// `input`: the number of the input that the record comes from.
  void add(const evaluation::Record& record, std::int64_t input = 0);
  /// Sorts by subject, question and sample, and keeps one of the records of each completion: that with the
  /// smallest checksum of its text, whatever the order of the files; of those the right one.
  Repeats settle();

  /// All subjects, with those answers that `keeps` chooses.
  Answers only(const std::function<bool(const Answer&)>& keeps) const;

  const std::vector<Subject>& subjects() const { return subjects_; }
  const std::vector<Answer>& all() const { return answers_; }

 private:
  std::uint32_t subject_of(const evaluation::Record& record, std::int64_t input);

  std::vector<Subject> subjects_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::uint32_t last_ = 0;
  std::vector<Answer> answers_;
};

Answers answers_of(const std::vector<evaluation::Record>& records);

}  // namespace srl::analysis
