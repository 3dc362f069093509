#include "analysis/tables/accuracy.hpp"

#include <gmock/gmock.h>

#include "analysis/render/cell_text.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using testing::HasSubstr;

Record answer(const std::string& model, std::int64_t question, std::int64_t sample, bool correct,
              bool greedy) {
  Record record;
  record.model = model;
  record.benchmark = "bench";
  record.benchmark_checksum = "c0";
  record.view = "whole";
  record.question = question;
  record.sample = sample;
  record.settings = Json::object();
  record.settings["greedy"] = greedy;
  record.correct = correct;
  record.answer = "1";
  record.tokens = 10;
  record.finish = text::Finish::stop;
  return record;
}

TEST(Accuracy, CountsGreedyAndSampledAnswersSeparately) {
  const AccuracyTable table = accuracy_of({answer("m", 0, 0, true, true), answer("m", 1, 0, false, true),
                                           answer("m", 0, 0, true, false), answer("m", 0, 1, false, false),
                                           answer("m", 1, 0, false, false), answer("m", 1, 1, false, false)});
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_DOUBLE_EQ(table.rows[0].greedy.share, 0.5);
  EXPECT_EQ(table.rows[0].greedy.questions, 2);
  EXPECT_DOUBLE_EQ(table.rows[0].sampled.share, 0.25);
  EXPECT_DOUBLE_EQ(table.rows[0].samples_per_question, 2);
  EXPECT_TRUE(table.warnings.empty());
}

TEST(Accuracy, KeepsTheFirstOfTwoEqualRecordsAndSaysSo) {
  const AccuracyTable table = accuracy_of({answer("m", 0, 0, true, true), answer("m", 0, 0, false, true)});
  EXPECT_DOUBLE_EQ(table.rows[0].greedy.share, 1);
  ASSERT_EQ(table.warnings.size(), 1u);
  EXPECT_THAT(table.warnings[0], HasSubstr("duplicates"));
}

TEST(Accuracy, WarnsWhenABenchmarkHadTwoContentsOrUnevenQuestions) {
  Record other = answer("n", 0, 0, true, true);
  other.benchmark_checksum = "c1";
  const AccuracyTable table =
      accuracy_of({answer("m", 0, 0, true, true), answer("m", 1, 0, true, true), other});
  ASSERT_EQ(table.warnings.size(), 2u);
  EXPECT_THAT(table.warnings[0], HasSubstr("different contents"));
  EXPECT_THAT(table.warnings[1], HasSubstr("different numbers of questions"));
}

TEST(Accuracy, WarnsWhenDifferentSettingsWouldBeAveraged) {
  Record longer = answer("m", 0, 1, true, false), reseeded = answer("m", 0, 2, true, false);
  reseeded.settings["seed"] = 5;
  EXPECT_TRUE(accuracy_of({answer("m", 0, 0, true, false), reseeded}).warnings.empty());
  longer.settings["max_new_tokens"] = 2048;
  const AccuracyTable table = accuracy_of({answer("m", 0, 0, true, false), longer});
  ASSERT_EQ(table.warnings.size(), 1u);
  EXPECT_THAT(table.warnings[0], HasSubstr("2 different settings"));
}

TEST(Accuracy, ItsSectionHoldsPercentagesWithIntervalsAndTheWarnings) {
  const Section section = section_of(accuracy_of(
      {answer("m", 0, 0, true, true), answer("m", 1, 0, false, true), answer("m", 1, 0, false, true)}));
  ASSERT_EQ(section.blocks.size(), 1u);
  const Table& table = std::get<Table>(section.blocks[0]);
  ASSERT_EQ(table.rows.size(), 1u);
  const Estimate greedy = std::get<Estimate>(table.rows[0][4]);
  EXPECT_DOUBLE_EQ(greedy.value, 50);
  EXPECT_DOUBLE_EQ(greedy.interval.low, 100 * wilson_interval(1, 2).low);
  EXPECT_TRUE(std::holds_alternative<Absent>(table.rows[0][5]));  // nothing was sampled
  EXPECT_TRUE(std::holds_alternative<Absent>(table.rows[0][6]));
  EXPECT_EQ(texts_of(table)[1], (std::vector<std::string>{"bench", "m", "whole", "2", "50.0 [9.5, 90.5]", "-",
                                                          "-", "10", "0.0", "0.0"}));
  ASSERT_EQ(section.warnings.size(), 1u);
  EXPECT_THAT(section.warnings[0], HasSubstr("duplicates"));
}

}  // namespace
}  // namespace srl::analysis
