#include "data_prep/split/solutions.hpp"

#include <algorithm>
#include <array>

#include "base/characters.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/split/agent_turns.hpp"
#include "data_prep/split/splitters.hpp"

namespace srl::data_prep {
namespace {

std::string scalar_text(const Json& value) {
  return value.is_string() ? value.as_string() : value.dump();
}

/// An answer field may hold a whole reference solution (s1K-1.1). Then its last \boxed{} is the answer.
std::string final_answer(const Json& value) {
  const std::optional<std::string> boxed = value.is_string() ? last_boxed(value.as_string()) : std::nullopt;
  return boxed ? *boxed : scalar_text(value);
}

/// The text of one element of a step array: a text, an object that holds one, or PRM800K's step with its
/// chosen completion.
const std::string* step_text(const Json& item) {
  if (item.is_string()) { return &item.as_string(); }
  if (const Json* completions = item.find("completions"); completions != nullptr && completions->is_array()) {
    const Json* chosen = item.find("chosen_completion");
    if (chosen != nullptr && chosen->is_integer()) {
      const std::int64_t i = chosen->as_integer();
      if (i < 0 || i >= std::ssize(completions->as_array())) { return nullptr; }
      return step_text(completions->as_array()[i]);
    }
    const Json* human = item.find("human_completion");
    return human != nullptr && human->is_object() ? step_text(*human) : nullptr;
  }
  for (const char* name : {"text", "step", "content", "value"}) {
    if (const Json* value = item.find(name); value != nullptr && value->is_string()) {
      return &value->as_string();
    }
  }
  return nullptr;
}

bool is_step_array(const Json* value) {
  if (value == nullptr || !value->is_array()) { return false; }
  const Json::Array& items = value->as_array();
  return std::all_of(items.begin(), items.end(), [](const Json& item) { return step_text(item) != nullptr; });
}

SplitResult steps_of_array(const Json& value) {
  SplitResult result;
  for (const Json& item : value.as_array()) {
    const std::string_view text = python_strip(std::string_view(*step_text(item)));
    if (text.empty()) { continue; }
    trajectory::Step step;
    step.action = std::string(text);
    result.steps.push_back(std::move(step));
  }
  return at_least_two(std::move(result));
}

RowResult rejected(const std::string& reason) {
  RowResult result;
  result.kind = RowResult::Kind::rejected;
  result.reason = reason;
  return result;
}

/// Whether a mark says that the answer is wrong: false, 0, or a text that is not in `right`. Lists and
/// objects say nothing.
bool says_incorrect(const Json& mark) {
  static constexpr std::array<std::string_view, 8> right{"true", "yes",      "correct",  "right",
                                                         "1",    "solution", "resolved", "pass"};
  if (mark.is_array() || mark.is_object()) { return false; }
  if (mark == Json(true) || mark == Json(false)) { return mark == Json(false); }
  if (mark.is_number()) { return mark.as_double() == 0; }
  std::string word = mark.as_string();
  std::transform(word.begin(), word.end(), word.begin(), ascii_lower);
  return std::find(right.begin(), right.end(), word) == right.end();
}

/// The part of the question between the preset's marks.
std::string_view between(std::string_view text, const Preset& preset) {
  if (preset.question_from.empty()) { return text; }
  const std::size_t begin = text.find(preset.question_from);
  if (begin == std::string_view::npos) { return text; }
  const std::size_t from = begin + preset.question_from.size(), end = text.find(preset.question_to, from);
  return end == std::string_view::npos ? text : text.substr(from, end - from);
}

/// What the row offers to the splitters.
struct Material {
  const Json* steps = nullptr;
  const Json* turns = nullptr;
  const Json* solution = nullptr;
};

bool applies(const std::string& splitter, const Material& material) {
  if (splitter == "array") { return is_step_array(material.steps); }
  if (splitter == "agent") { return material.turns != nullptr && material.turns->is_array(); }
  return material.solution != nullptr && material.solution->is_string();
}

/// Why no splitter applies.
std::string missing(const std::vector<std::string>& splitters, const Material& material) {
  if (splitters.back() == "agent") {
    return material.turns == nullptr ? "missing_turns" : "turns_are_no_list";
  }
  if (splitters.back() == "array") {
    return material.steps == nullptr ? "missing_steps" : "steps_are_no_texts";
  }
  if (material.solution == nullptr && material.steps != nullptr && splitters.front() == "array") {
    return "steps_are_no_texts";
  }
  return material.solution == nullptr ? "missing_solution" : "solution_is_not_text";
}

/// Uses the first splitter that gives steps. Stops at a splitter that finds faulty numbering. False when no
/// splitter applies.
bool split(const std::vector<std::string>& splitters, const Material& material, const Preset& preset,
           RowResult& row, SplitResult& steps) {
  bool any = false;
  for (const std::string& name : splitters) {
    if (!applies(name, material)) { continue; }
    SplitResult found;
    std::string used = name;
    if (name == "array") {
      found = steps_of_array(*material.steps);
    } else if (name == "agent") {
      Turns turns = agent_turns(*material.turns, preset.observation_prefixes);
      row.turns_left_out = turns.without_command + turns.malformed;
      found.steps = std::move(turns.steps);
      found = at_least_two(std::move(found));
    } else {
      found = split_steps(name, material.solution->as_string(), used);
    }
    const bool first = !any, good = found.dropped.empty();
    any = true;
    if (good || first || found.dropped != "no_steps") {
      steps = std::move(found);
      row.splitter = used;
    }
    if (good || steps.dropped.starts_with("numbering")) { break; }
  }
  return any;
}

void put(std::vector<std::string>& paths, const std::string& given) {
  if (!given.empty()) { paths = {given}; }
}

}  // namespace

Reading make_reading(const std::string& preset, const FieldOptions& fields, SplitterChoice splitter,
                     bool drop_incorrect) {
  Reading reading{load_presets(preset), {}, drop_incorrect};
  if (splitter != SplitterChoice::automatic) {
    reading.splitters = {std::string(word(splitter))};
  } else if (!fields.steps.empty()) {
    reading.splitters = {"array"};
  }
  for (Preset& p : reading.presets) {
    put(p.id, fields.id), put(p.question, fields.question), put(p.solution, fields.solution),
        put(p.steps, fields.steps);
    put(p.answer, fields.answer), put(p.source, fields.source), put(p.reasoning, fields.reasoning),
        put(p.correct, fields.correct);
    for (const std::string& name : p.splitters) {
      const std::vector<std::string> known = splitter_names();
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw BadOption(
            cat("preset ", p.name, ": unknown splitter '", name, "'; known are: ", join(known, ", ")));
      }
    }
  }
  return reading;
}

std::optional<std::string> last_boxed(const std::string& text) {
  const std::size_t at = text.rfind("\\boxed{");
  if (at == std::string::npos) { return std::nullopt; }
  const std::size_t begin = at + 7;
  int depth = 1;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
      continue;
    }
    depth += (text[i] == '{') - (text[i] == '}');
    if (depth == 0) { return text.substr(begin, i - begin); }
  }
  return std::nullopt;
}

RowResult read_solution(const Json& row, const Reading& reading, const std::string& source) {
  if (!row.is_object()) { return rejected("not_an_object"); }
  const Preset& preset = preset_for(row, reading.presets);
  const std::vector<std::string>& splitters =
      reading.splitters.empty() ? preset.splitters : reading.splitters;
  const Json* question = first_value(row, preset.question);
  if (question == nullptr) { return rejected("missing_question"); }
  if (!question->is_string() && !question->is_array()) { return rejected("question_is_not_text"); }
  const Material material{first_value(row, preset.steps), first_value(row, preset.turns),
                          first_value(row, preset.solution)};
  RowResult result;
  trajectory::Solution& s = result.solution;
  if (const Json* id = first_value(row, preset.id)) { s.id = result.id = scalar_text(*id); }
  const Json* given_source = first_value(row, preset.source);
  s.source = given_source != nullptr ? scalar_text(*given_source) : source;
  s.domain = preset.domain;
  const std::string chat_question = question->is_array() ? first_user_message(*question) : "";
  if (question->is_array() && chat_question.empty()) { return rejected("question_is_not_text"); }
  s.question = std::string(
      python_strip(between(question->is_array() ? chat_question : question->as_string(), preset)));
  if (s.question.empty()) { return rejected("empty_question"); }
  SplitResult steps;
  const Json* mark = first_value(row, preset.correct);
  const bool incorrect = reading.drop_incorrect && mark != nullptr && says_incorrect(*mark);
  const bool can_be_split = split(splitters, material, preset, result, steps);
  // PRM800K leaves the last step of a failed solution open. Such a row is dropped as marked incorrect; it is
  // a valid record, so it is not rejected.
  if (!can_be_split && !incorrect) { return rejected(missing(splitters, material)); }
  if (incorrect || !steps.dropped.empty()) {
    result.kind = RowResult::Kind::dropped;
    result.reason = steps.dropped.empty() ? "marked_incorrect" : steps.dropped;
    return result;
  }
  s.steps = std::move(steps.steps);
  if (const Json* reasoning = first_value(row, preset.reasoning);
      reasoning != nullptr && reasoning->is_string()) {
    s.reasoning = reasoning->as_string();
  }
  const bool of_text = result.splitter != "array" && result.splitter != "agent";
  const Json* answer = first_value(row, preset.answer);
  if (steps.answer) {
    s.answer = steps.answer;
  } else if (answer != nullptr && (!of_text || answer != material.solution)) {
    s.answer = final_answer(*answer);
  } else if (of_text && last_boxed(material.solution->as_string())) {
    s.answer = last_boxed(material.solution->as_string());
  } else if (!of_text && s.domain == "math") {
    s.answer = last_boxed(s.steps.back().action);
  }
  // A row that has an answer but no worked solution: the whole solution is the answer.
  else if (answer != nullptr && result.splitter == "whole") {
    s.answer = scalar_text(*answer);
  }
  return result;
}

}  // namespace srl::data_prep
