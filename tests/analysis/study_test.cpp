#include "analysis/tables/study.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

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
  /// Writes records of `questions` questions with 2 samples each. The first sample of the first `right`
  /// questions is correct.
  void answers(const std::string& row, const std::string& seed, int right, int questions = 10) {
    evaluation::Record record;
    record.model = row;
    record.benchmark = "b";
    record.benchmark_checksum = "c";
    record.view = "stepwise";
    record.settings = Json::object();
    record.settings["greedy"] = false;
    std::string lines;
    for (record.question = 0; record.question < questions; ++record.question) {
      for (record.sample = 0; record.sample < 2; ++record.sample) {
        record.correct = record.question < right && record.sample == 0;
        lines += to_json(record).dump() + "\n";
      }
    }
    make_folders(folder_ / "results" / row / seed);
    write_file_atomically(folder_ / "results" / row / seed / "records_00000.jsonl", lines);
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
  ASSERT_EQ(section.blocks.size(), 2u);
  EXPECT_DOUBLE_EQ(std::get<PValue>(std::get<Table>(section.blocks[1]).rows[0][5]).value, 2.0 / 16);
  EXPECT_THAT(render({{section}}, ReportFormat::csv), HasSubstr("srl,4,\"32.5 ["));
}

TEST_F(StudyFolder, ACellHoldsTheQuestionsOfAllSeedsAndANoteSaysSo) {
  answers("srl", "1", 5, 10);
  answers("srl", "2", 2, 4);
  answers("even", "1", 5, 10);
  const Section section = section_of(read_study(folder_, {"srl"}, {}, ""));
  EXPECT_DOUBLE_EQ(std::get<Estimate>(std::get<Table>(section.blocks[0]).rows[0][2]).value,
                   100 * (0.5 + 0.25) / 2);  // of 4 questions: 4 and 2 right, in one of 2 samples
  ASSERT_EQ(section.blocks.size(), 2u);
  EXPECT_THAT(std::get<Note>(section.blocks[1]).text, HasSubstr("different questions"));
  EXPECT_EQ(section_of(read_study(folder_, {"even"}, {}, "")).blocks.size(), 1u);
}

TEST_F(StudyFolder, RefusesUnknownRowsAndColumns) {
  answers("srl", "1", 5);
  answers("base", "1", 5);
  EXPECT_THROW(read_study(folder_, {}, {"srl>rlvr"}, "stepwise avg@2"), BadOption);
  EXPECT_THROW(read_study(folder_, {}, {"srl>base"}, "whole avg@8"), BadOption);
  EXPECT_THROW(read_study(folder_ / "nothing", {}, {}, ""), BadInput);
}

}  // namespace
}  // namespace srl::analysis
