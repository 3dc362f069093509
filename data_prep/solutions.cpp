#include "data_prep/solutions.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/splitters.hpp"

namespace srl::data_prep {
namespace {

/// The field named by the user, else the first usual one that is there and not null; nullptr when there is none.
const Json* field(const Json& row, const std::string& chosen, std::initializer_list<const char*> usual) {
  if (!chosen.empty()) {
    const Json* value = row.find(chosen);
    return value != nullptr && !value->is_null() ? value : nullptr;
  }
  for (const char* name : usual) {
    const Json* value = row.find(name);
    if (value != nullptr && !value->is_null()) return value;
  }
  return nullptr;
}

std::string scalar_text(const Json& value) { return value.is_string() ? value.as_string() : value.dump(); }

bool is_text_array(const Json& value) {
  if (!value.is_array()) return false;
  const Json::Array& items = value.as_array();
  return std::all_of(items.begin(), items.end(), [](const Json& item) { return item.is_string(); });
}

SplitResult steps_of_array(const Json& value) {
  SplitResult result;
  for (const Json& item : value.as_array()) {
    const std::string_view text = python_strip(std::string_view(item.as_string()));
    if (text.empty()) continue;
    trajectory::Step step;
    step.action = std::string(text);
    result.steps.push_back(std::move(step));
  }
  if (result.steps.size() < 2) {
    result.dropped = result.steps.empty() ? "no_steps" : "single_step";
    result.steps.clear();
  }
  return result;
}

RowResult rejected(const std::string& reason) {
  RowResult result;
  result.kind = RowResult::Kind::rejected;
  result.reason = reason;
  return result;
}

}  // namespace

void FieldOptions::visit(config::Visitor& v) {
  v.section("fields");
  v.option("id", id, "field with the solution's id; empty = id or unique_id, else file and line");
  v.option("question", question, "field with the question; empty = question or problem");
  v.option("solution", solution, "field with the worked solution; empty = solution, else answer");
  v.option("steps", steps, "field with an array of step texts, taken instead of splitting a solution");
  v.option("answer", answer, "field with the final answer; empty = answer, expected_answer or final_answer");
  v.option("source", source, "field with the source; empty = source, else the file's name");
}

std::optional<std::string> last_boxed(const std::string& text) {
  const std::size_t at = text.rfind("\\boxed{");
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + 7;
  int depth = 1;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
      continue;
    }
    depth += (text[i] == '{') - (text[i] == '}');
    if (depth == 0) return text.substr(begin, i - begin);
  }
  return std::nullopt;
}

RowResult read_solution(const Json& row, const FieldOptions& fields, const std::string& splitter, const std::string& source,
                        const std::string& fallback_id) {
  if (!row.is_object()) return rejected("not_an_object");
  const Json* question = field(row, fields.question, {"question", "problem"});
  if (question == nullptr) return rejected("missing_question");
  if (!question->is_string()) return rejected("question_is_not_text");
  const bool array = !fields.steps.empty();
  const Json* solution = array ? field(row, fields.steps, {}) : field(row, fields.solution, {"solution", "answer"});
  if (solution == nullptr) return rejected(array ? "missing_steps" : "missing_solution");
  if (array ? !is_text_array(*solution) : !solution->is_string()) return rejected(array ? "steps_are_no_texts" : "solution_is_not_text");
  RowResult result;
  trajectory::Solution& s = result.solution;
  const Json* id = field(row, fields.id, {"id", "unique_id"});
  s.id = result.id = id != nullptr ? scalar_text(*id) : fallback_id;
  const Json* given_source = field(row, fields.source, {"source"});
  s.source = given_source != nullptr ? scalar_text(*given_source) : source;
  s.domain = "math";
  s.question = std::string(python_strip(std::string_view(question->as_string())));
  if (s.question.empty()) return rejected("empty_question");
  SplitResult steps = array ? steps_of_array(*solution) : split_steps(splitter, solution->as_string(), result.splitter);
  if (array) result.splitter = "array";
  if (!steps.dropped.empty()) {
    result.kind = RowResult::Kind::dropped;
    result.reason = steps.dropped;
    return result;
  }
  s.steps = std::move(steps.steps);
  const Json* answer = field(row, fields.answer, {"answer", "expected_answer", "final_answer"});
  if (steps.answer) s.answer = steps.answer;
  else if (answer != nullptr && answer != solution) s.answer = scalar_text(*answer);
  else s.answer = last_boxed(array ? s.steps.back().action : solution->as_string());
  return result;
}

}  // namespace srl::data_prep
