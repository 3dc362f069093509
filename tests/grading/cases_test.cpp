// Our own cases of docs/method.md, "Final answers", one per line in tests/data: answers that must count as
// correct, and answers that must not.
#include <gmock/gmock.h>

#include <fstream>

#include "base/json.hpp"
#include "grading/grading.hpp"

namespace srl::grading {
namespace {

// How many pairs of a file in tests/data count as correct, and how many do not. Each is graded as it is
// written there.
std::pair<int, int> graded(const std::string& name) {
  std::ifstream file(std::string(SRL_SOURCE_DIR) + "/tests/data/" + name);
  int correct = 0, wrong = 0;
  for (std::string line; std::getline(file, line);) {
    const Json row = Json::parse(line, name);
    const std::string &prediction = row.at("prediction").as_string(),
                      &reference = row.at("reference").as_string();
    const bool wanted = row.at("correct").as_bool();
    const Verdict verdict = grade(prediction, reference, {});
    EXPECT_EQ(verdict.correct, wanted) << prediction << " | " << reference << ": " << verdict.how;
    ++(wanted ? correct : wrong);
  }
  return {correct, wrong};
}

TEST(GradingCases, OurOwnAreGradedAsWritten) {
  const auto [correct, wrong] = graded("grading_cases.jsonl");
  EXPECT_GT(correct, 600);
  EXPECT_GT(wrong, 200);
}

// Pairs that follow public reports about graders.
TEST(GradingCases, ThoseOfTheFieldAreGradedAsWritten) {
  const auto [correct, wrong] = graded("grading_field_cases.jsonl");
  EXPECT_EQ(correct + wrong, 136);
}

}  // namespace
}  // namespace srl::grading
