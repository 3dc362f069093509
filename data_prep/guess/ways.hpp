#pragma once
// Ways to prepare a few rows, and what each would give.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data_prep/options.hpp"
#include "data_prep/split/solutions.hpp"

namespace srl::data_prep {

/// Options of srl_prep that decide how rows are read.
struct Way {
  std::string preset = "auto";
  FieldOptions fields;
  SplitterChoice splitter = SplitterChoice::automatic;
  /// The options as arguments: "--splitter paragraphs".
  std::string arguments() const;
};

struct Outcome {
  Way way;
  std::int64_t with_steps = 0, whole = 0;  ///< rows kept
  std::map<std::string, std::int64_t> splitters, dropped, rejected;
  std::map<unsigned, std::int64_t> notices;
  std::optional<RowResult> first;  ///< the first row kept
  std::string first_fault;         ///< reason and detail of the first row that was not kept
};

Outcome outcome_of(const Way& way, const std::vector<Json>& rows);

/// The way that keeps most rows; of equal ones the first: the default, other splitters, fields guessed by
/// their names, answers for outcome rewards.
Outcome best_outcome(const std::vector<Json>& rows);

}  // namespace srl::data_prep
