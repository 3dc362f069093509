#pragma once
// Which questions of the records are in the training data:
//   answers → benchmarks and numbers of their questions → benchmark_texts.hpp: their texts
//   → the rule of text/contamination.hpp, against the question of every training solution
//   → contamination_section.hpp: counts, measures without these questions, and a list
// (docs/method.md, "Duplicates and contamination").
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/contamination/asked.hpp"
#include "analysis/options.hpp"
#include "analysis/records/answers.hpp"

namespace srl::analysis {

struct ContaminatedQuestion {
  std::int64_t number = 0;  ///< of a row from 0, or of a held-out solution
  std::string id;           ///< the benchmark's own, or the solution's
  // The first training solution whose question overlaps:
  std::string training_id, shard;
  std::uint64_t shard_row = 0;
};

struct CheckedBenchmark {
  Content benchmark;
  AskedAs as = AskedAs::questions;
  std::int64_t questions = 0;                    ///< in the records
  std::string not_checked = {};                  ///< why not; empty if it was
  std::vector<ContaminatedQuestion> found = {};  ///< by number

  bool checked() const { return not_checked.empty(); }
  bool contains(std::int64_t number) const;
};

struct Contamination {
  std::int64_t words = 13;
  std::vector<std::string> shards;           ///< as given
  std::int64_t solutions = 0;                ///< of training, that were compared
  std::vector<CheckedBenchmark> benchmarks;  ///< by name, checksum, and what is asked

  const CheckedBenchmark& of(const Content& benchmark, const std::string& view) const;
  /// The answers to clean questions, of those benchmarks that also have contaminated ones.
  Answers clean_answers(const Answers& answers) const;
};

/// Throws as benchmark_texts and each_training_question do. `tick` is called now and then.
Contamination contamination_of(const ContaminationOptions& options, const Answers& answers,
                               const std::function<void()>& tick);

}  // namespace srl::analysis
