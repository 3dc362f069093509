#include "analysis/tables/measures.hpp"

#include <gtest/gtest.h>

#include <tuple>

#include "analysis/tables/accuracy.hpp"
#include "answer_records.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;

/// The share of subsets of k of n samples, the first c of them right, that hold a right one: counted one by
/// one.
double counted_pass(int k, int n, int c) {
  int subsets = 0, passed = 0;
  for (unsigned subset = 0; subset < (1u << n); ++subset) {
    if (__builtin_popcount(subset) != k) { continue; }
    ++subsets;
    passed += (subset & ((1u << c) - 1)) != 0;
  }
  return static_cast<double>(passed) / subsets;
}

TEST(PassAt, IsTheShareOfSubsetsWithARightSample) {
  for (int n = 1; n <= 9; ++n) {
    for (int c = 0; c <= n; ++c) {
      for (int k = 1; k <= n; ++k) { EXPECT_NEAR(pass_at(k, n, c), counted_pass(k, n, c), 1e-13); }
    }
  }
  EXPECT_NEAR(pass_at(500, 1000, 1), 0.5, 1e-12);
}

TEST(Majority, TheMostFrequentAnswerDecidesAndTiesAreShared) {
  EXPECT_EQ(majority_of({1, 1, 7}), 1);
  EXPECT_EQ(majority_of({1, 7, 7}), 0);
  EXPECT_EQ(majority_of({1, 7}), 0.5);
  EXPECT_DOUBLE_EQ(majority_of({1, 7, 9, 1, 7, 9}), 1.0 / 3);
  EXPECT_EQ(majority_of({7, 9}), 0);
  EXPECT_EQ(majority_of({0, 0, 0, 1}), 1);  // completions without an answer do not vote
  EXPECT_EQ(majority_of({0, 0}), 0);
}

TEST(Votes, EqualAnswersAreOne) {
  const auto vote = [](const std::string& answer, bool correct = false) {
    Record record;
    record.answer = answer;
    record.correct = correct;
    return vote_of(record);
  };
  EXPECT_EQ(vote("1/2", true), vote("0.5", true));
  EXPECT_EQ(vote(" x + 1 "), vote("$x+1$"));
  EXPECT_EQ(vote("1,000"), vote("1000.0"));
  EXPECT_NE(vote("1000"), vote("1001"));
  EXPECT_NE(vote("3"), vote("3", true));
  EXPECT_EQ(vote(""), 0u);
}

TEST(Measures, CountWhatARowHolds) {
  std::vector<Record> records;
  for (const auto& [question, sample, correct] :
       std::initializer_list<std::tuple<int, int, bool>>{{0, 0, true},
                                                         {0, 1, true},
                                                         {0, 2, false},
                                                         {0, 3, false},
                                                         {1, 0, false},
                                                         {1, 1, false},
                                                         {1, 2, false},
                                                         {1, 3, true}}) {
    records.push_back(completion("m", question, sample, correct));
  }
  records[2].finish = text::Finish::length;
  records[2].answer = "";
  records[2].tokens = 90;
  const Measures row = accuracy_of(records).rows[0].sampled;
  EXPECT_DOUBLE_EQ(row.accuracy.value, 3.0 / 8);
  EXPECT_DOUBLE_EQ(row.majority.value, 0.5);  // question 0: two right, one wrong, one without an answer
  ASSERT_EQ(row.pass.size(), 4u);
  EXPECT_DOUBLE_EQ(row.pass[0].value, 3.0 / 8);
  EXPECT_DOUBLE_EQ(row.pass[1].value, (counted_pass(2, 4, 2) + counted_pass(2, 4, 1)) / 2);
  EXPECT_DOUBLE_EQ(row.pass[3].value, 1);
  EXPECT_EQ(row.tokens, 160);
  EXPECT_DOUBLE_EQ(row.length.value, 20);
  EXPECT_DOUBLE_EQ(row.truncated_rate.value, 1.0 / 8);
  EXPECT_DOUBLE_EQ(row.no_answer_rate.value, 1.0 / 8);
}

TEST(Measures, PassAtGoesToTheFewestSamplesOfAQuestion) {
  const AccuracyTable table =
      accuracy_of({completion("m", 0, 0, true), completion("m", 0, 1, false), completion("m", 0, 2, false),
                   completion("m", 1, 0, false), completion("m", 1, 1, true)});
  EXPECT_EQ(table.rows[0].sampled.pass.size(), 2u);
  EXPECT_DOUBLE_EQ(table.rows[0].sampled.pass[1].value, (counted_pass(2, 3, 1) + 1) / 2);
  ASSERT_EQ(table.warnings.size(), 1u);
  EXPECT_NE(table.warnings[0].find("2 to 3 completions"), std::string::npos);
}

}  // namespace
}  // namespace srl::analysis
