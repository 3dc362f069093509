// The report depends on what was answered, not on which file holds it, nor on the order of the files.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "analysis/machine/flat_metrics.hpp"
#include "analysis/machine/lm_eval_results.hpp"
#include "analysis/render/render.hpp"
#include "answer_records.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/record_set.hpp"
#include "support/temporary_folder.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using testing::HasSubstr;

/// Three models, two benchmarks, greedy and four samples of two seeds each, and doubled, conflicting ones.
std::vector<Record> many_records() {
  std::vector<Record> records;
  std::mt19937_64 random(5);
  for (const char* model : {"c", "a", "b"}) {
    for (const char* benchmark : {"amc23", "aime24"}) {
      for (int q = 0; q < 12; ++q) {
        for (int s = -1; s < 4; ++s) {
          Record record = completion(model, q, std::max(0, s), random() % 3 == 0, s < 0);
          record.benchmark = record.benchmark_checksum = benchmark;
          if (s >= 0) { record.settings["seed"] = s % 2; }
          record.tokens = static_cast<std::int64_t>(random() % 900);
          record.answer = cat(random() % 3);
          if (record.correct) { record.answer = "1"; }
          records.push_back(record);
          if (random() % 10 > 0) { continue; }
          records.push_back(record);
          records.back().text += " again";
          records.back().correct = !record.correct;
        }
      }
    }
  }
  return records;
}

class ArrayTasks : public testing::Test {
 protected:
  /// All formats of the report of these records, split over `tasks` files in random order.
  std::string report(std::vector<Record> records, int tasks, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::shuffle(records.begin(), records.end(), random);
    const auto folder = temporary_.path() / cat("tasks", tasks);
    make_folders(folder);
    std::vector<std::string> files(static_cast<std::size_t>(tasks));
    for (std::size_t i = 0; i < records.size(); ++i) {
      files[random() % files.size()] += to_json(records[i]).dump() + "\n";
    }
    for (std::size_t task = 0; task < files.size(); ++task) {
      write_file_atomically(folder / cat("records_", zero_padded(static_cast<long long>(task), 5), ".jsonl"),
                            files[task]);
    }
    Answers answers;
    evaluation::visit_record_set({folder.string()}, [&](const Record& record, std::size_t input) {
      answers.add(record, static_cast<std::int64_t>(input));
    });
    const AccuracyTable table = accuracy_of(std::move(answers));
    std::string all = join(table.warnings, "\n");
    const Document document{{section_of(table)}};
    for (const auto format :
         {ReportFormat::text, ReportFormat::markdown, ReportFormat::csv, ReportFormat::json}) {
      all += render(document, format);
    }
    all += flat_metrics(&table, {});
    for (const auto& file : write_lm_eval(table, folder / "results.json")) { all += read_file(file); }
    return all;
  }
  test::TemporaryFolder temporary_;
};

TEST_F(ArrayTasks, AnyNumberOfThemGivesTheSameReport) {
  const std::vector<Record> records = many_records();
  const std::string one = report(records, 1, 1);
  EXPECT_EQ(report(records, 3, 2), one);
  EXPECT_EQ(report(records, 8, 3), one);
  EXPECT_THAT(one, HasSubstr("records are duplicates, of which"));
  EXPECT_THAT(one, HasSubstr("mean over"));
}

TEST_F(ArrayTasks, AChangedBenchmarkFileAndMixedSettingsGetTheirOwnRows) {
  std::vector<Record> records{completion("m", 0, 0, true), completion("m", 1, 0, true),
                              completion("m", 0, 0, false), completion("m", 0, 0, false)};
  records[2].benchmark_checksum = "c1";
  records[3].settings["max_new_tokens"] = 64;
  const AccuracyTable table = accuracy_of(records);
  ASSERT_EQ(table.rows.size(), 3u);
  ASSERT_EQ(table.warnings.size(), 2u);
  EXPECT_THAT(table.warnings[0], HasSubstr("2 different contents (c0: 3 records, c1: 1 record)"));
  EXPECT_THAT(table.rows[0].settings, HasSubstr("max_new_tokens"));
}

TEST_F(ArrayTasks, ForeignAndTornLinesAreCountedAndTheRestIsKept) {
  const std::string line = to_json(completion("m", 0, 0, true)).dump();
  const auto file = temporary_.path() / "records_00000.jsonl";
  write_file_atomically(file, cat(line, "\n{\"model\":\"m\"}\n", line.substr(0, 40), line, "\nnot json\n",
                                  line, "\n", line.substr(0, 9)));
  std::size_t records = 0;
  const auto warnings =
      evaluation::visit_record_set({file.string()}, [&](const Record&, std::size_t) { ++records; });
  EXPECT_EQ(records, 2u);
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_THAT(warnings[0], HasSubstr("records_00000.jsonl: the last line is incomplete"));
  EXPECT_THAT(warnings[1], testing::AllOf(HasSubstr("3 lines are not records"), HasSubstr("line 2")));
}

TEST_F(ArrayTasks, OfConflictingRecordsOneCountsWhateverTheirOrder) {
  Record first = completion("m", 3, 1, true), second = first;
  second.text = "another text";
  second.correct = false;
  const AccuracyTable table = accuracy_of({first, second}), turned = accuracy_of({second, first});
  EXPECT_EQ(table.rows[0].sampled.accuracy.value, turned.rows[0].sampled.accuracy.value);
  EXPECT_EQ(table.rows[0].sampled.completions, 1);
  EXPECT_THAT(table.warnings[0], HasSubstr("1 differ"));
  EXPECT_THAT(table.warnings[0], HasSubstr("bench, whole, question 3, sample 1"));
}

}  // namespace
}  // namespace srl::analysis
