// Our own cases of docs/method.md, "Final answers", one per line in tests/data/grading_cases.jsonl: answers
// that must count as correct, and answers that must not.
#include <gmock/gmock.h>

#include <fstream>

#include "base/json.hpp"
#include "grading/grading.hpp"

namespace srl::grading {
namespace {

TEST(GradingCases, AllAreGradedAsWritten) {
  std::ifstream file(std::string(SRL_SOURCE_DIR) + "/tests/data/grading_cases.jsonl");
  int correct = 0, wrong = 0;
  for (std::string line; std::getline(file, line);) {
    const Json row = Json::parse(line, "grading_cases.jsonl");
    const std::string &prediction = row.at("prediction").as_string(),
                      &reference = row.at("reference").as_string();
    const bool wanted = row.at("correct").as_bool();
    const Verdict verdict = grade(prediction, reference, {});
    EXPECT_EQ(verdict.correct, wanted) << prediction << " | " << reference << ": " << verdict.how;
    ++(wanted ? correct : wrong);
  }
  EXPECT_GT(correct, 300);
  EXPECT_GT(wrong, 100);
}

}  // namespace
}  // namespace srl::grading
