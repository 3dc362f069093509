#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "analysis/measure/paired_difference.hpp"
#include "analysis/measure/paired_tests.hpp"
#include "analysis/render/render.hpp"
#include "analysis/tables/model_comparison.hpp"
#include "answer_records.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using testing::HasSubstr;

TEST(Comparison, OneCompletionEachIsMcNemars) {
  std::vector<Record> records;
  for (int q = 0; q < 20; ++q) {
    records.push_back(completion("a", q, 0, q < 15, true));
    records.push_back(completion("b", q, 0, q < 7 || q == 19, true));
  }
  const auto rows = compare_models(accuracy_of(records).rows).rows;
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].difference.test, PairedTest::mcnemar);
  EXPECT_DOUBLE_EQ(rows[0].difference.value, -0.35);         // b - a
  EXPECT_NEAR(rows[0].difference.p, 2.0 * 10 / 512, 1e-12);  // 8 pairs against 1: 2 (1 + 9) / 2^9
  EXPECT_EQ(verdict_of(rows[0]), "a is better");
}

TEST(Comparison, UsesTheCommonQuestionsOnly) {
  std::vector<Record> records;
  for (int q = 0; q < 20; ++q) {
    for (int s = 0; s < 4; ++s) {
      records.push_back(completion("a", q, s, (q + s) % 2 == 0));
      if (q >= 5) { records.push_back(completion("b", q + 10, s, (q + s) % 2 == 0)); }
    }
  }
  const auto rows = compare_models(accuracy_of(records).rows).rows;
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].questions, 5);
  EXPECT_EQ(rows[0].left_out, 25);
  EXPECT_EQ(rows[0].difference.test, PairedTest::sign_flip);
  EXPECT_EQ(verdict_of(rows[0]), "cannot be told apart with this many questions");
  EXPECT_GT(rows[0].difference.interval.high, 0);  // equal answers: still an interval
  EXPECT_GT(rows[0].difference.smallest, 0.1);
}

TEST(Comparison, StepsOfOneSolutionAreOneCluster) {
  std::vector<Record> records;
  for (int q = 0; q < 60; ++q) {
    for (const char* model : {"a", "b"}) {
      Record step = completion(model, q, 0, model[0] == 'a' ? q / 20 == 0 : false, true);
      step.view = "step";
      step.solution = q / 20;
      step.step = q % 20;
      records.push_back(step);
    }
  }
  const auto rows = compare_models(accuracy_of(records).rows).rows;
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].clusters, 3);
  EXPECT_EQ(rows[0].difference.p, 1);  // 20 steps, but of one solution: one sign
}

TEST(Comparison, SamplesOfDifferentSettingsAreNotCompared) {
  std::vector<Record> records;
  for (int q = 0; q < 4; ++q) {
    records.push_back(completion("a", q, 0, true));
    records.push_back(completion("b", q, 0, false));
    records.back().settings["temperature"] = 0.5;
  }
  const AccuracyTable table = accuracy_of(records);
  EXPECT_TRUE(compare_models(table.rows).rows.empty());
  EXPECT_EQ(table.rows[0].settings, "temperature default");
  EXPECT_EQ(table.rows[1].settings, "temperature 0.5");
}

TEST(Comparison, HolmCorrectsOverTheTableAndManyModelsMeetTheFirst) {
  std::vector<Record> records;
  for (const char* model : {"a", "b", "c", "d", "e", "f"}) {
    for (int q = 0; q < 12; ++q) { records.push_back(completion(model, q, 0, model[0] == 'a', true)); }
  }
  const ModelComparisons all = compare_models(accuracy_of(records).rows);
  ASSERT_EQ(all.rows.size(), 5u);
  EXPECT_EQ(all.with_first_only.size(), 1u);
  EXPECT_NEAR(all.rows[0].difference.p, std::ldexp(1, -11), 1e-15);
  EXPECT_NEAR(all.rows[0].p_holm, 5 * std::ldexp(1, -11), 1e-12);
  const std::string text = render({{section_of(accuracy_of(records))}}, ReportFormat::text);
  EXPECT_THAT(text, HasSubstr("a is better"));
  EXPECT_THAT(text, HasSubstr("more than 5 models"));
}

TEST(ClusterSignFlip, IsExactForFewClustersAndCloseForMany) {
  std::vector<double> differences{0.5, -0.25, 0.25, 0.125, 0, 0.375, -0.125, 0.25};
  EXPECT_EQ(cluster_sign_flip(differences), sign_flip_test(differences));
  differences.clear();
  for (int i = 0; i < 20; ++i) { differences.push_back(std::sin(i) + 0.3); }
  const double exact = sign_flip_test(differences);
  EXPECT_NEAR(cluster_sign_flip(differences), exact, 4 * std::sqrt(exact * (1 - exact) / 20000));
}

// Power by simulation: a study that could have seen a difference of D sees a true D in about 80 of 100 cases.
TEST(SmallestSeen, IsFoundInAboutFourOfFiveStudies) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> noise(0, 0.3);
  std::vector<double> values(60);
  for (double& value : values) { value = noise(random); }
  const double smallest = (1.959964 + 0.841621) * 0.3 / std::sqrt(60);
  EXPECT_NEAR(paired_difference(clusters_of_values(values, 8)).smallest, smallest, 0.25 * smallest);
  int found = 0;
  for (int study = 0; study < 200; ++study) {
    for (double& value : values) { value = noise(random) + smallest; }
    found += cluster_sign_flip(values) < 0.05;
  }
  EXPECT_NEAR(found / 200.0, 0.8, 0.12);
}

}  // namespace
}  // namespace srl::analysis
