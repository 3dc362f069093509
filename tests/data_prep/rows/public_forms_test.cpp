// Rows in the forms of public data sets, of our own writing: --preset auto alone gives the right question,
// steps, thought, answer and marks. forms/expected.json names where each form is documented.
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "base/strings.hpp"
#include "data_prep/split/solutions.hpp"

namespace srl::data_prep {
namespace {

const std::string folder = std::string(SRL_SOURCE_DIR) + "/tests/data_prep/forms/";

/// The result of a row, in the words of expected.json.
Json described(const RowResult& result, const Json& wanted) {
  Json found = Json::object();
  if (result.kind != RowResult::Kind::kept) {
    found["reason"] = result.reason;
    return found;
  }
  const trajectory::Solution& s = result.solution;
  const auto put = [](Json& object, const char* name, const std::optional<std::string>& text) {
    if (text) { object[name] = *text; }
  };
  found["question"] = s.question;
  found["domain"] = s.domain;
  put(found, "answer", s.answer);
  put(found, "reasoning", s.reasoning);
  for (const char* name : {"id", "source"}) {  // only where expected.json tells them
    if (wanted.find(name) != nullptr) { found[name] = std::string_view(name) == "id" ? s.id : s.source; }
  }
  if ((result.notices & outcome_only()) != 0) { found["outcome"] = true; }
  Json steps = Json::array();
  for (const trajectory::Step& step : s.steps) {
    Json one = Json::object();
    one["action"] = step.action;
    put(one, "title", step.title);
    put(one, "thought", step.thought);
    put(one, "observation", step.observation);
    steps.push_back(std::move(one));
  }
  found["steps"] = std::move(steps);
  return found;
}

/// Objects with their members in one order.
Json sorted(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value.as_array()) { list.push_back(sorted(item)); }
    return list;
  }
  if (!value.is_object()) { return value; }
  Json::Object members;
  for (const auto& [name, item] : value.as_object()) { members.emplace_back(name, sorted(item)); }
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return Json(std::move(members));
}

TEST(PublicForms, AreReadByTheirFieldsAlone) {
  const Json expected = Json::parse(read_file(folder + "expected.json"), "expected.json");
  const Reading reading = make_reading("auto", {}, SplitterChoice::automatic, true);
  EXPECT_EQ(expected.as_object().size(), 23u);
  for (const auto& [name, form] : expected.as_object()) {
    const std::vector<std::string> lines = split(read_file(folder + name + ".jsonl"), '\n');
    const Json::Array& rows = form.at("rows").as_array();
    ASSERT_EQ(lines.size(), rows.size() + 1) << name;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const RowResult result = read_solution(Json::parse(lines[i], name), reading, name);
      EXPECT_EQ(sorted(described(result, rows[i])).dump(1), sorted(rows[i]).dump(1))
          << name << " row " << i << ": " << result.detail;
    }
  }
}

}  // namespace
}  // namespace srl::data_prep
