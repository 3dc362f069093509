#pragma once
// Converts records to rows per benchmark, model, view and settings: greedy accuracy, and avg@n, maj@n and
// pass@k of samples, each with a 95% interval. A benchmark and a model are what their checksums say, not
// their names.
#include <algorithm>
#include <string>
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/records/answers.hpp"
#include "analysis/tables/measures.hpp"

namespace srl::analysis {

struct AccuracyRow {
  std::string model, benchmark, view;
  std::string settings = {};  ///< where they differ from those of other rows of the view; empty = nowhere
  Content benchmark_content = {};
  std::string model_identity = {};  ///< the checksum of its content, in older records its path
  Json greedy_settings = {},
       sampled_settings = {};  ///< in full, of the first seed; null where there are none
  std::string common_settings = {},
              sampling = {};  ///< all settings but those of sampling; those of the samples
  Measures greedy = {}, sampled = {};

  std::int64_t questions() const {
    return std::max(std::ssize(greedy.questions), std::ssize(sampled.questions));
  }
  std::int64_t completions() const { return greedy.completions + sampled.completions; }
  std::int64_t tokens() const { return greedy.tokens + sampled.tokens; }
};

struct AccuracyTable {
  /// By benchmark and view, then the models in the order of the inputs that hold them, then by name; the same
  /// for any split of the records into files.
  std::vector<AccuracyRow> rows;
  /// Dropped duplicates, benchmarks with one name but different contents, uneven sets of questions.
  std::vector<std::string> warnings;
};

/// Takes the records of any number of files, in any order. Of records with the same model, benchmark, view,
/// settings, question and sample, one counts (Answers::settle); the others are dropped and reported. A row
/// never averages different settings (the seed may differ): they get rows of their own.
AccuracyTable accuracy_of(Answers answers);
AccuracyTable accuracy_of(const std::vector<evaluation::Record>& records);

/// The tables of accuracies, pass@k, means over benchmarks and comparisons of models, in per cent.
Section section_of(const AccuracyTable& accuracy);

}  // namespace srl::analysis
