#include "analysis/tables/study.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "analysis/render/figure.hpp"
#include "analysis/render/render.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StudyFolder : public testing::Test {
 protected:
  void SetUp() override { make_folders(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  /// One sampled answer to question 0 of benchmark b; the tests change what they need.
  static evaluation::Record one() {
    evaluation::Record record;
    record.model = "m";
    record.benchmark = "b";
    record.benchmark_checksum = "c";
    record.view = "stepwise";
    record.settings = Json::object();
    record.settings["greedy"] = false;
    return record;
  }
  /// Appends the records to FOLDER/results/ROW/SEED/FILE.
  void write(const std::string& place, const std::vector<evaluation::Record>& records) {
    const fs::path file = folder_ / "results" / place;
    make_folders(file.parent_path());
    std::string lines = fs::exists(file) ? read_file(file) : "";
    for (const evaluation::Record& record : records) { lines += to_json(record).dump() + "\n"; }
    write_file_atomically(file, lines);
  }
  /// Writes records of `questions` questions with 2 samples each. The first sample of the first `right`
  /// questions is correct.
  void answers(const std::string& row, const std::string& seed, int right, int questions = 10,
               int first = 0) {
    evaluation::Record record = one();
    std::vector<evaluation::Record> records;
    for (record.question = first; record.question < questions; ++record.question) {
      for (record.sample = 0; record.sample < 2; ++record.sample) {
        record.correct = record.question < right && record.sample == 0;
        records.push_back(record);
      }
    }
    write(row + "/" + seed + "/records_00000.jsonl", records);
  }
  std::string refusal() {
    try {
      read_study(folder_, {}, {}, "");
    } catch (const BadInput& error) { return error.what(); }
    return "";
  }
  fs::path folder_ = fs::temp_directory_path() / cat("srl_study_", getpid());
};

TEST_F(StudyFolder, AveragesPassesAndComparesRowsPairedBySeed) {
  for (int seed = 1; seed <= 4; ++seed) {
    answers("srl", cat(seed), 6 + seed % 2);
    answers("base", cat(seed), 2);
  }
  make_folders(folder_ / "runs/srl/1");
  write_file_atomically(
      folder_ / "runs/srl/1/metrics.jsonl",
      "{\"rollouts_sampled\":128,\"answer_tokens\":100,\"groups_sampled\":16,\"groups_rewarded\":9}\n"
      "{\"rollouts_sampled\":256,\"answer_tokens\":110,\"groups_sampled\":16,\"groups_rewarded\":11}\n");
  const Study study = read_study(folder_, {"srl", "none", "base"}, {"srl>base"}, "stepwise avg@2");
  ASSERT_EQ(study.rows.size(), 2u);
  EXPECT_EQ(study.columns, (std::vector<std::string>{"stepwise avg@2", "stepwise pass@2"}));
  EXPECT_EQ(study.rows[0].seeds, 4);
  EXPECT_EQ(study.rows[0].rollouts,
            256 / 4);  // the mean over 4 seeds, of which only one has a run
  ASSERT_EQ(study.comparisons.size(), 1u);
  EXPECT_NEAR(study.comparisons[0].difference, (0.5 + 0.4 + 0.5 + 0.4) / 4 * 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(study.comparisons[0].flip_p, 2.0 / 16);
  EXPECT_EQ(study.comparisons[0].flip_holm, study.comparisons[0].flip_p);  // there is only one comparison
  const Table table = table_of(study);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_DOUBLE_EQ(std::get<Estimate>(table.rows[0][2]).value, 32.5);
  EXPECT_DOUBLE_EQ(std::get<Estimate>(table.rows[0][3]).value, 65);
  EXPECT_EQ(std::get<Count>(table.rows[0][4]).value, 64);
  EXPECT_EQ(std::get<CountOf>(table.rows[0][6]).part, 5);
  for (const std::size_t c : {4, 5, 6}) {
    EXPECT_TRUE(std::holds_alternative<Absent>(table.rows[1][c])) << c;  // the base was not trained
  }
  EXPECT_EQ(figure(table, "srl", "stepwise avg@2"), "32.5");
  const Section section = section_of(study);
  const auto compared = std::find_if(section.blocks.begin() + 1, section.blocks.end(),
                                     [](const auto& block) { return std::holds_alternative<Table>(block); });
  ASSERT_NE(compared, section.blocks.end());
  EXPECT_DOUBLE_EQ(std::get<PValue>(std::get<Table>(*compared).rows[0][5]).value, 2.0 / 16);
  const Estimate difference = std::get<Estimate>(std::get<Table>(*compared).rows[0][2]);
  EXPECT_LT(difference.interval.low, difference.value);
  EXPECT_GT(difference.interval.high, difference.value);
  EXPECT_THAT(render({{section}}, ReportFormat::csv), HasSubstr("srl,4,32.5,"));
}

TEST_F(StudyFolder, ACellHoldsTheQuestionsOfAllSeedsAndANoteSaysSo) {
  answers("srl", "1", 5, 10);
  answers("srl", "2", 2, 4);
  answers("even", "1", 5, 10);
  const Section section = section_of(read_study(folder_, {"srl"}, {}, ""));
  EXPECT_DOUBLE_EQ(std::get<Estimate>(std::get<Table>(section.blocks[0]).rows[0][2]).value,
                   100 * (0.5 + 0.25) / 2);  // of 4 questions: 4 and 2 right, in one of 2 samples
  EXPECT_THAT(std::get<Note>(section.blocks[1]).text, HasSubstr("different questions"));
  EXPECT_THAT(render({{section_of(read_study(folder_, {"even"}, {}, ""))}}, ReportFormat::text),
              testing::Not(HasSubstr("different questions")));
}

TEST_F(StudyFolder, SaysWhatAnIntervalDoesNotCoverAndWhichMayBeTooNarrow) {
  answers("alone", "1", 5);
  for (int seed = 1; seed <= 3; ++seed) { answers("apart", cat(seed), seed == 1 ? 0 : 10); }
  for (int seed = 1; seed <= 3; ++seed) { answers("alike", cat(seed), 5); }
  const std::string text = render({{section_of(read_study(folder_, {}, {}, ""))}}, ReportFormat::markdown);
  EXPECT_THAT(text, HasSubstr("With one seed they do not cover another training: alone."));
  EXPECT_THAT(text, HasSubstr("Here: apart stepwise avg@2, apart stepwise pass@2."));
}

TEST_F(StudyFolder, ShowsEachRecordWhileItReads) {
  answers("srl", "1", 5);
  answers("left out", "1", 5);
  std::int64_t seen = 0;
  read_study(folder_, {"srl"}, {}, "", [&](const evaluation::Record&) { ++seen; });
  EXPECT_EQ(seen, 20);
}

TEST_F(StudyFolder, RefusesUnknownRowsAndColumns) {
  answers("srl", "1", 5);
  answers("base", "1", 5);
  EXPECT_THROW(read_study(folder_, {}, {"srl>rlvr"}, "stepwise avg@2"), BadOption);
  EXPECT_THROW(read_study(folder_, {}, {"srl>base"}, "whole avg@8"), BadOption);
  EXPECT_THROW(read_study(folder_ / "nothing", {}, {}, ""), BadInput);
}

TEST_F(StudyFolder, QuestionsOfTwoBenchmarksStayApart) {
  for (const bool amc : {true, false}) {
    std::vector<evaluation::Record> records;
    evaluation::Record record = one();
    record.benchmark = amc ? "amc" : "aime";
    record.benchmark_checksum = record.benchmark;
    record.correct = amc;
    for (record.sample = 0; record.sample < 4; ++record.sample) { records.push_back(record); }
    write("srl/1/" + record.benchmark + "/records_00000.jsonl", records);
  }
  const Study study = read_study(folder_, {}, {}, "");
  EXPECT_EQ(study.columns, (std::vector<std::string>{"aime stepwise avg@4", "aime stepwise pass@4",
                                                     "amc stepwise avg@4", "amc stepwise pass@4"}));
  const Table table = table_of(study);
  EXPECT_EQ(figure(table, "srl", "amc stepwise avg@4"), "100.0");
  EXPECT_EQ(figure(table, "srl", "aime stepwise avg@4"), "0.0");
}

TEST_F(StudyFolder, TwoContentsOfOneBenchmarkAreTwoColumns) {
  evaluation::Record old = one(), corrected = one();
  corrected.benchmark_checksum = "0123456789abcdef";
  corrected.correct = true;
  write("srl/1/records_00000.jsonl", {old, corrected});
  const Table table = table_of(read_study(folder_, {}, {}, ""));
  EXPECT_EQ(figure(table, "srl", "b [01234567] stepwise avg@1"), "100.0");
  EXPECT_EQ(figure(table, "srl", "b [c] stepwise avg@1"), "0.0");
}

TEST_F(StudyFolder, ComparesOnTheCommonQuestionsAndSaysHowMany) {
  for (int seed = 1; seed <= 3; ++seed) {
    answers("srl", cat(seed), 5, 5);  // the same model: right on 0 to 4, and base was asked more
    answers("base", cat(seed), 5, 8);
  }
  const Study study = read_study(folder_, {}, {"srl>base"}, "stepwise avg@2");
  EXPECT_EQ(study.comparisons[0].difference, 0);
  EXPECT_EQ(study.comparisons[0].t_p, 1);
  EXPECT_EQ(study.comparisons[0].questions, 5);
  EXPECT_EQ(study.comparisons[0].left_out, 3);
  const std::string text = render({{section_of(study)}}, ReportFormat::markdown);
  EXPECT_THAT(text, HasSubstr("compares the 5 questions that both rows answered; 3 others are left out"));
  EXPECT_THAT(text, HasSubstr("cover different questions (base 8, srl 5)"));
}

TEST_F(StudyFolder, RefusesAComparisonWithoutCommonQuestionsOrSeeds) {
  answers("srl", "1", 5, 5);
  answers("apart", "1", 8, 8, 5);
  answers("later", "2", 5, 5);
  EXPECT_THROW(read_study(folder_, {}, {"srl>apart"}, "stepwise avg@2"), BadInput);
  EXPECT_THROW(read_study(folder_, {}, {"srl>later"}, "stepwise avg@2"), BadInput);
}

TEST_F(StudyFolder, RefusesACellWithTwoModelsOrSettingsByName) {
  evaluation::Record other = one();
  other.sample = 1;
  other.model = "copied";
  write("srl/1/records_00000.jsonl", {one(), other});
  EXPECT_THAT(refusal(),
              testing::AllOf(HasSubstr("srl/1 (b, stepwise, sampled)"), HasSubstr("2 models: copied; m")));
  fs::remove_all(folder_ / "results");
  other.model = "m";
  other.settings["top_p"] = 0.5;
  write("srl/1/records_00000.jsonl", {one(), other});
  EXPECT_THAT(refusal(), HasSubstr("2 settings: top_p 0.5; top_p default"));
  fs::remove_all(folder_ / "results");
  write("srl/1/records_00000.jsonl", {one()});
  write("srl/2/records_00000.jsonl", {other});
  EXPECT_THAT(refusal(), HasSubstr("have different settings"));
}

TEST_F(StudyFolder, ACopyOfItsRecordsCountsOnceWithAWarning) {
  answers("srl", "1", 5);
  make_folders(folder_ / "results/srl/1/copy");
  fs::copy_file(folder_ / "results/srl/1/records_00000.jsonl",
                folder_ / "results/srl/1/copy/records_00000.jsonl");
  const Study study = read_study(folder_, {}, {}, "");
  EXPECT_EQ(study.columns, (std::vector<std::string>{"stepwise avg@2", "stepwise pass@2"}));
  EXPECT_THAT(study.warnings,
              testing::ElementsAre(HasSubstr("20 records are duplicates, of which 0 differ")));
}

TEST_F(StudyFolder, ReportsWhatIsUnfinished) {
  answers("srl", "1", 5);
  write_file_atomically(folder_ / "results/srl/1/STATUS_00000", "state=saved\n");
  write_file_atomically(folder_ / "results/srl/1/TASKS", "2\n");
  make_folders(folder_ / "results/srl/2");
  const auto file = folder_ / "results/srl/1/records_00000.jsonl";
  write_file_atomically(file, read_file(file) + "{\"model\":");
  EXPECT_THAT(
      read_study(folder_, {}, {}, "").warnings,
      testing::ElementsAre(HasSubstr("STATUS_00000 does not say finished"), HasSubstr("never started: 1"),
                           HasSubstr("last line is incomplete"), HasSubstr("srl/2: there are no records")));
}

TEST_F(StudyFolder, StepsOfOneSolutionAreOneCluster) {
  std::vector<evaluation::Record> dependent, independent;
  evaluation::Record record = one();
  record.view = "step";
  for (record.question = 0; record.question < 300; ++record.question) {
    record.solution = record.question / 10;
    record.correct = *record.solution % 2 == 0;  // all steps of a solution agree
    dependent.push_back(record);
    record.solution = record.question;
    independent.push_back(record);
  }
  write("dependent/1/records_00000.jsonl", dependent);
  write("independent/1/records_00000.jsonl", independent);
  const Table table = table_of(read_study(folder_, {}, {}, ""));
  const auto half = [&](std::size_t row) {
    const Interval interval = std::get<Estimate>(table.rows[row][2]).interval;
    return (interval.high - interval.low) / 2;
  };
  EXPECT_NEAR(half(0), 196 * 0.5 / std::sqrt(30.0), 1.5);  // standard error of 30 solutions, in per cent
  EXPECT_NEAR(half(1), 196 * 0.5 / std::sqrt(300.0), 0.5);
}

}  // namespace
}  // namespace srl::analysis
