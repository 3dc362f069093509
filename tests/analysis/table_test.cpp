#include "analysis/tables/table.hpp"

#include <gmock/gmock.h>

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

TEST(Table, CountsGreedyAndSampledAnswersSeparately) {
  const Table table = make_table({answer("m", 0, 0, true, true), answer("m", 1, 0, false, true),
                                  answer("m", 0, 0, true, false), answer("m", 0, 1, false, false),
                                  answer("m", 1, 0, false, false), answer("m", 1, 1, false, false)});
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_DOUBLE_EQ(table.rows[0].greedy.accuracy, 0.5);
  EXPECT_EQ(table.rows[0].greedy.questions, 2);
  EXPECT_DOUBLE_EQ(table.rows[0].sampled.accuracy, 0.25);
  EXPECT_DOUBLE_EQ(table.rows[0].samples_per_question, 2);
  EXPECT_TRUE(table.warnings.empty());
}

TEST(Table, KeepsTheFirstOfTwoEqualRecordsAndSaysSo) {
  const Table table = make_table({answer("m", 0, 0, true, true), answer("m", 0, 0, false, true)});
  EXPECT_DOUBLE_EQ(table.rows[0].greedy.accuracy, 1);
  ASSERT_EQ(table.warnings.size(), 1u);
  EXPECT_THAT(table.warnings[0], HasSubstr("there twice"));
}

TEST(Table, WarnsWhenABenchmarkHadTwoContentsOrUnevenQuestions) {
  Record other = answer("n", 0, 0, true, true);
  other.benchmark_checksum = "c1";
  const Table table = make_table({answer("m", 0, 0, true, true), answer("m", 1, 0, true, true), other});
  ASSERT_EQ(table.warnings.size(), 2u);
  EXPECT_THAT(table.warnings[0], HasSubstr("different contents"));
  EXPECT_THAT(table.warnings[1], HasSubstr("different numbers of questions"));
}

TEST(Table, WarnsWhenDifferentSettingsWouldBeAveraged) {
  Record longer = answer("m", 0, 1, true, false), reseeded = answer("m", 0, 2, true, false);
  reseeded.settings["seed"] = 5;
  EXPECT_TRUE(make_table({answer("m", 0, 0, true, false), reseeded}).warnings.empty());
  longer.settings["max_new_tokens"] = 2048;
  const Table table = make_table({answer("m", 0, 0, true, false), longer});
  ASSERT_EQ(table.warnings.size(), 1u);
  EXPECT_THAT(table.warnings[0], HasSubstr("2 different settings"));
}

TEST(Table, RendersEveryFormat) {
  const Table table = make_table({answer("a,b", 0, 0, true, true)});
  EXPECT_THAT(render(table, ReportFormat::text), HasSubstr("100.0 ["));
  EXPECT_THAT(render(table, ReportFormat::markdown), HasSubstr("| bench | a,b | whole |"));
  EXPECT_THAT(render(table, ReportFormat::csv), HasSubstr("bench,\"a,b\",whole"));
}

}  // namespace
}  // namespace srl::analysis
