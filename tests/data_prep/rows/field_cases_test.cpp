// Rows in the forms of public reports, of our own wording (field_cases.jsonl): what is right was decided by
// hand.
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "base/strings.hpp"
#include "data_prep/split/solutions.hpp"

namespace srl::data_prep {
namespace {

/// The result with the options of a case.
RowResult read_with(const Json& row, const Json& options) {
  FieldOptions fields;
  SplitterChoice splitter = SplitterChoice::automatic;
  std::string preset = "auto";
  for (const auto& [name, value] : options.as_object()) {
    const std::string& text = value.as_string();
    if (name == "fields.question") { fields.question = text; }
    if (name == "fields.solution") { fields.solution = text; }
    if (name == "fields.steps") { fields.steps = text; }
    if (name == "fields.answer") { fields.answer = text; }
    if (name == "preset") { preset = text; }
    for (const auto& [choice, known] : words_of(SplitterChoice{})) {
      if (name == "splitter" && choice == text) { splitter = known; }
    }
  }
  return read_solution(row, make_reading(preset, fields, splitter, true), "case");
}

void expect_right(const RowResult& found, const Json& right, const std::string& name) {
  const trajectory::Solution& s = found.solution;
  for (const auto& [what, value] : right.as_object()) {
    if (what == "reason") { EXPECT_EQ(found.reason, value.as_string()) << name; }
    if (what == "question") { EXPECT_EQ(s.question, value.as_string()) << name; }
    if (what == "answer") { EXPECT_EQ(s.answer, value.as_string()) << name; }
    if (what == "reasoning") { EXPECT_EQ(s.reasoning, value.as_string()) << name; }
    if (what != "steps" && what != "thoughts") { continue; }
    Json list = Json::array();
    for (const trajectory::Step& step : s.steps) {
      list.push_back(what == "steps" ? Json(step.action) : step.thought ? Json(*step.thought) : Json());
    }
    EXPECT_EQ(list.dump(), value.dump()) << name;
  }
}

TEST(FieldCases, GiveWhatIsRight) {
  int cases = 0;
  for (const std::string& line :
       split(read_file(std::string(SRL_SOURCE_DIR) + "/tests/data_prep/rows/field_cases.jsonl"), '\n')) {
    if (line.empty()) { continue; }
    const Json one = Json::parse(line, "case");
    const Json& right = one.at("right");
    const RowResult found = read_with(one.at("row"), one.at("options"));
    const std::string name = one.at("class").as_string() + ", " + one.at("source").as_string();
    EXPECT_EQ(found.kind == RowResult::Kind::kept, right.find("reason") == nullptr)
        << name << ": " << found.reason << " " << found.detail;
    expect_right(found, right, name);
    ++cases;
  }
  EXPECT_EQ(cases, 26);
}

}  // namespace
}  // namespace srl::data_prep
