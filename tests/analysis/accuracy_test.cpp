#include "analysis/tables/accuracy.hpp"

#include <gmock/gmock.h>

#include "analysis/render/cell_text.hpp"
#include "answer_records.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using testing::HasSubstr;

Record answer(const std::string& model, std::int64_t question, std::int64_t sample, bool correct,
              bool greedy) {
  Record record = completion(model, question, sample, correct, greedy);
  record.model_checksum.clear();
  record.answer = "1";
  return record;
}

TEST(Accuracy, CountsGreedyAndSampledAnswersSeparately) {
  const AccuracyTable table = accuracy_of({answer("m", 0, 0, true, true), answer("m", 1, 0, false, true),
                                           answer("m", 0, 0, true, false), answer("m", 0, 1, false, false),
                                           answer("m", 1, 0, false, false), answer("m", 1, 1, false, false)});
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_DOUBLE_EQ(table.rows[0].greedy.accuracy.value, 0.5);
  EXPECT_EQ(table.rows[0].questions(), 2);
  EXPECT_DOUBLE_EQ(table.rows[0].sampled.accuracy.value, 0.25);
  EXPECT_EQ(table.rows[0].sampled.most_samples, 2);
  EXPECT_TRUE(table.warnings.empty());
}

TEST(Accuracy, KeepsTheFirstOfTwoEqualRecordsAndSaysSo) {
  const AccuracyTable table = accuracy_of({answer("m", 0, 0, true, true), answer("m", 0, 0, false, true)});
  EXPECT_DOUBLE_EQ(table.rows[0].greedy.accuracy.value, 1);
  ASSERT_EQ(table.warnings.size(), 1u);
  EXPECT_THAT(table.warnings[0], HasSubstr("1 record is a duplicate"));
}

TEST(Accuracy, TwoContentsOfOneBenchmarkGetTheirOwnRows) {
  Record other = answer("m", 0, 0, false, true);  // the same question with a corrected answer key
  other.benchmark_checksum = "c1";
  const AccuracyTable table =
      accuracy_of({answer("m", 0, 0, true, true), answer("m", 1, 0, true, true), other});
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].benchmark, "bench [c0]");
  EXPECT_DOUBLE_EQ(table.rows[0].greedy.accuracy.value, 1);
  EXPECT_EQ(table.rows[1].benchmark, "bench [c1]");
  EXPECT_DOUBLE_EQ(table.rows[1].greedy.accuracy.value, 0);
  ASSERT_EQ(table.warnings.size(), 1u);
  EXPECT_THAT(table.warnings[0], HasSubstr("2 different contents"));
}

TEST(Accuracy, WarnsOfUnevenQuestions) {
  const AccuracyTable table = accuracy_of(
      {answer("m", 0, 0, true, true), answer("m", 1, 0, true, true), answer("n", 0, 0, true, true)});
  ASSERT_EQ(table.warnings.size(), 1u);
  EXPECT_THAT(table.warnings[0], HasSubstr("different numbers of questions"));
}

TEST(Accuracy, NeverAveragesDifferentSettings) {
  Record longer = answer("m", 0, 1, true, false), reseeded = answer("m", 0, 2, true, false);
  reseeded.settings["seed"] = 5;
  const AccuracyTable one = accuracy_of({answer("m", 0, 0, true, false), reseeded});
  EXPECT_EQ(one.rows.size(), 1u);
  EXPECT_EQ(one.rows[0].settings, "");
  longer.settings["max_new_tokens"] = 2048;
  const AccuracyTable two = accuracy_of({answer("m", 0, 0, false, false), longer});
  ASSERT_EQ(two.rows.size(), 2u);
  EXPECT_EQ(two.rows[0].settings, "max_new_tokens 2048");
  EXPECT_DOUBLE_EQ(two.rows[0].sampled.accuracy.value, 1);
  EXPECT_EQ(two.rows[1].settings, "max_new_tokens default");
  EXPECT_DOUBLE_EQ(two.rows[1].sampled.accuracy.value, 0);
  EXPECT_EQ(std::get<Table>(section_of(two).blocks[0]).columns[3].name, "settings");
}

TEST(Accuracy, GivesEachWayOfSamplingARowBesideTheGreedyOne) {
  Record cold = answer("m", 0, 0, true, false), hot = answer("m", 0, 0, false, false);
  cold.settings["temperature"] = 0.5;
  hot.settings["temperature"] = 1.5;
  const AccuracyTable table = accuracy_of({answer("m", 0, 0, true, true), cold, hot});
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0].settings, "greedy");
  EXPECT_EQ(table.rows[1].settings, "temperature 0.5");
  EXPECT_DOUBLE_EQ(table.rows[1].sampled.accuracy.value, 1);
  EXPECT_EQ(table.rows[2].settings, "temperature 1.5");
  EXPECT_DOUBLE_EQ(table.rows[2].sampled.accuracy.value, 0);
}

TEST(Accuracy, IntervalsOfStepsAreOverSolutions) {
  std::vector<Record> steps, solutions;
  for (std::int64_t q = 0; q < 320; ++q) {  // 32 solutions of 10 steps, all alike within a solution
    const bool correct = q / 10 % 2 == 0;
    Record step = answer("m", q, 0, correct, true);
    step.view = "step";
    step.solution = q / 10;
    step.step = q % 10;
    steps.push_back(step);
    if (q % 10 == 0) { solutions.push_back(answer("m", q / 10, 0, correct, false)); }
  }
  const Interval greedy = accuracy_of(steps).rows[0].greedy.accuracy.interval;
  const Interval expected = wilson_interval(16, 32);  // each solution counts as one trial
  EXPECT_NEAR(greedy.low, expected.low, 1e-12);
  EXPECT_NEAR(greedy.high, expected.high, 1e-12);
  EXPECT_EQ(accuracy_of(solutions).rows[0].sampled.cluster_count(), 32u);
  for (Record& step : steps) { step.correct = true; }
  EXPECT_NEAR(accuracy_of(steps).rows[0].greedy.accuracy.interval.low, wilson_interval(32, 32).low, 1e-12);
  for (Record& step : steps) { step.settings["greedy"] = false; }
  EXPECT_EQ(accuracy_of(steps).rows[0].questions(), 320);
}

TEST(Accuracy, ItsSectionHoldsPercentagesWithIntervalsAndTheWarnings) {
  const Section section = section_of(accuracy_of(
      {answer("m", 0, 0, true, true), answer("m", 1, 0, false, true), answer("m", 1, 0, false, true)}));
  ASSERT_EQ(section.blocks.size(), 2u);
  EXPECT_THAT(std::get<Note>(section.blocks[1]).text, HasSubstr("do not cover"));
  const Table& table = std::get<Table>(section.blocks[0]);
  ASSERT_EQ(table.rows.size(), 1u);
  const Estimate greedy = std::get<Estimate>(table.rows[0][4]);
  EXPECT_DOUBLE_EQ(greedy.value, 50);
  EXPECT_NEAR(greedy.interval.low, 100 * wilson_interval(1, 2).low, 1e-9);
  EXPECT_EQ(texts_of(table)[1], (std::vector<std::string>{"bench", "m", "whole", "2", "50.0 [9.5, 90.5]",
                                                          "10", "20", "0.0", "0.0"}));
  ASSERT_EQ(section.warnings.size(), 1u);
  EXPECT_THAT(section.warnings[0], HasSubstr("1 record is a duplicate"));
}

}  // namespace
}  // namespace srl::analysis
