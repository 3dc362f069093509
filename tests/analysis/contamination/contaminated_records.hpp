#pragma once
// Benchmark files, training data and records for tests of contamination.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "../answer_records.hpp"
#include "analysis/contamination/contamination.hpp"
#include "analysis/contamination/contamination_section.hpp"
#include "base/strings.hpp"
#include "evaluation/benchmark.hpp"
#include "support/data_folder.hpp"
#include "support/temporary_folder.hpp"

namespace srl::analysis {

inline trajectory::Solution training(const std::string& id, const std::string& question,
                                     trajectory::Split split = trajectory::Split::train) {
  return {id, "s", "math", question, {}, {}, {{{}, {}, "1. a", {}}, {{}, {}, "2. b", {}}}, split};
}

/// `count` words, the first of which is w`first`.
inline std::string words(int first, int count) {
  std::string text;
  for (int word = first; word < first + count; ++word) { text += cat(text.empty() ? "" : " ", "w", word); }
  return text;
}

class ContaminationOfRecords : public testing::Test {
 protected:
  /// A benchmark file with these questions and the ids "q0", "q1", …
  std::string benchmark(const std::string& name, const std::vector<std::string>& questions) const {
    std::string lines;
    for (std::size_t q = 0; q < questions.size(); ++q) {
      Json row = Json::object();
      row["id"] = cat("q", q);
      row["question"] = questions[q];
      row["answer"] = "1";
      lines += row.dump() + "\n";
    }
    temporary_.write(name + ".jsonl", lines);
    return (temporary_.path() / (name + ".jsonl")).string();
  }
  std::string data(const std::string& name, const std::vector<trajectory::Solution>& solutions) const {
    test::write_data_folder(temporary_.path() / name, {solutions});
    return (temporary_.path() / name).string();
  }
  /// Greedy and two sampled completions of each question of a file; questions with an even number are right.
  static std::vector<evaluation::Record> records(const std::string& file, std::size_t count,
                                                 const std::string& checksum) {
    std::vector<evaluation::Record> all;
    for (std::size_t q = 0; q < count; ++q) {
      for (int sample = -1; sample < 2; ++sample) {
        const auto number = static_cast<std::int64_t>(q);
        all.push_back(completion("m", number, std::max(sample, 0), q % 2 == 0, sample < 0));
        all.back().benchmark = std::filesystem::path(file).stem().string();
        all.back().benchmark_checksum = checksum;
      }
    }
    return all;
  }
  static std::vector<evaluation::Record> records(const std::string& file, std::size_t count) {
    return records(file, count, evaluation::read_benchmark(file).checksum);
  }
  Contamination found(const std::vector<evaluation::Record>& records) const {
    return contamination_of(options_, answers_of(records), [] {});
  }
  Section section(const std::vector<evaluation::Record>& records) const {
    const Contamination contamination = found(records);
    const AccuracyTable clean = accuracy_of(contamination.clean_answers(answers_of(records)));
    return section_of(contamination, accuracy_of(records), clean);
  }
  test::TemporaryFolder temporary_;
  ContaminationOptions options_;
};

inline std::vector<std::int64_t> numbers_of(const CheckedBenchmark& benchmark) {
  std::vector<std::int64_t> numbers;
  for (const ContaminatedQuestion& question : benchmark.found) { numbers.push_back(question.number); }
  return numbers;
}

}  // namespace srl::analysis
