// Cases of other graders (Math-Verify, NeMo-Skills, hendrycks/math, slime), where present.
// docs/conformance.md lists the cases that we decide differently, with the reasons.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

#include "base/json.hpp"
#include "grading/grading.hpp"

namespace srl::grading {
namespace {

std::vector<Json> rows_of(const std::string& name) {
  const char* const given = std::getenv("SRL_SHARED_DATA");
  const std::filesystem::path data =
      given != nullptr ? given : std::string(SRL_SOURCE_DIR) + "/../shared/data";
  std::ifstream file(data / "vectors" / name);
  std::vector<Json> rows;
  for (std::string line; std::getline(file, line);) { rows.push_back(Json::parse(line, name)); }
  return rows;
}

// Numbers become strings, and null becomes the empty string.
std::string text_of(const Json& value) {
  return value.is_string() ? value.as_string() : value.is_null() ? "" : value.dump();
}

// Cases that contradict docs/method.md, "Final answers", or that we do not decide, by line of Math-Verify's
// test file.
bool is_exception(const Json& row) {
  const std::string where = row.at("file").as_string() + ":" + std::to_string(row.at("line").as_integer());
  for (const std::string_view known :
       {"test_all:71", "test_all:133", "test_all:810", "test_numina_cases:121", "test_open_thoughts:79"}) {
    if (where == known) { return true; }
  }
  return false;
}

TEST(GradingVectors, MathVerify) {
  const std::vector<Json> rows = rows_of("math_verify_cases.jsonl");
  if (rows.empty()) { GTEST_SKIP() << "no math_verify_cases.jsonl (set SRL_SHARED_DATA)"; }
  int agree = 0, counted = 0, exceptions = 0;
  for (const Json& row : rows) {
    const std::string gold = row.at("gold").as_string(), prediction = row.at("pred").as_string();
    const Verdict verdict = grade(prediction, gold, GradingOptions{});
    const bool same = verdict.correct == row.at("equal").as_bool();
    if (is_exception(row)) {
      ++exceptions;
      continue;
    }
    ++counted;
    agree += same;
    if (!same) {
      std::cout << row.at("file").as_string() << ':' << row.at("line").as_integer() << " wants "
                << row.at("equal").as_bool() << ", our grader says " << verdict.how << ": "
                << extract_answer(prediction).answer << " | " << extract_answer(gold, true).answer << '\n';
    }
  }
  std::cout << agree << " of " << counted << '\n';
  EXPECT_LE(exceptions, 10);
  EXPECT_GE(agree, 0.97 * counted);
}

// The number of pairs of a file that we judge as the file does, or nothing if there is no file. Prints the
// other pairs.
std::optional<int> agreeing_pairs(const std::string& file) {
  const std::vector<Json> rows = rows_of(file);
  if (rows.empty()) { return std::nullopt; }
  int agree = 0;
  for (const Json& row : rows) {
    const Verdict verdict = same_answer(text_of(row.at("b")), text_of(row.at("a")), GradingOptions{});
    const bool same = verdict.correct == row.at("equal").as_bool();
    agree += same;
    if (!same) { std::cout << row.dump() << " our grader says " << verdict.how << '\n'; }
  }
  return agree;
}

TEST(GradingVectors, NemoSkills) {
  const auto agree = agreeing_pairs("nemo_skills_math_equal_cases.jsonl");
  if (!agree) { GTEST_SKIP() << "no nemo_skills_math_equal_cases.jsonl (set SRL_SHARED_DATA)"; }
  EXPECT_GE(*agree, 14);
}

TEST(GradingVectors, Hendrycks) {
  const auto agree = agreeing_pairs("hendrycks_is_equiv_cases.jsonl");
  if (!agree) { GTEST_SKIP() << "no hendrycks_is_equiv_cases.jsonl (set SRL_SHARED_DATA)"; }
  EXPECT_GE(*agree, 7);
}

// Whether our extraction or grading agrees with a case of slime, or nothing for calls that are neither.
std::optional<bool> slime_agrees(const Json& row) {
  const Json& called = row.at("func");
  const std::string function = called.is_array() ? called.as_array()[0].as_string() : called.as_string();
  if (const Json* parameters = row.find("params")) {
    if (function != "grade_answer_mathd") {
      return std::nullopt;  // slime's functions for spelling, which we do not have
    }
    return grade(text_of(parameters->at("given")), text_of(parameters->at("gt")), GradingOptions{}).correct;
  }
  const Json::Array& arguments = row.at("args").as_array();
  const Json& expected = row.at("expected");
  if (function.starts_with("grade_answer") || function == "get_deepscaler_rule_based_reward") {
    const bool wanted = expected.is_bool() ? expected.as_bool() : expected.as_integer() != 0;
    return grade(text_of(arguments[0]), text_of(arguments[1]), GradingOptions{}).correct == wanted;
  }
  if (function == "last_boxed_only_string" || function == "remove_boxed" || function == "extract_answer") {
    const Extracted found = extract_answer(text_of(arguments[0]));
    if (expected.is_null()) { return !found.found; }
    const std::string& wanted = expected.as_string();
    return found.found && (wanted == found.answer || wanted == "\\boxed{" + found.answer + "}" ||
                           wanted == "\\fbox{" + found.answer + "}");
  }
  return std::nullopt;
}

TEST(GradingVectors, Slime) {
  const std::vector<Json> rows = rows_of("slime_math_reward_cases.jsonl");
  if (rows.empty()) { GTEST_SKIP() << "no slime_math_reward_cases.jsonl (set SRL_SHARED_DATA)"; }
  int agree = 0, counted = 0;
  for (const Json& row : rows) {
    const std::string test = row.at("test").as_string();
    if (test == "test_extract_answer_returns_none_when_no_boxed_marker" ||
        test == "test_response_without_any_marker_returns_zero") {
      // These contradict docs/method.md, "Final answers", where the last number counts and the format does
      // not.
      continue;
    }
    const std::optional<bool> same = slime_agrees(row);
    counted += same.has_value();
    agree += same.value_or(false);
    if (same.has_value() && !*same) { std::cout << row.dump() << '\n'; }
  }
  std::cout << agree << " of " << counted << '\n';
  EXPECT_GE(counted, 16);
  EXPECT_GE(agree, 0.9 * counted);
}

}  // namespace
}  // namespace srl::grading
