#include "data_prep/row/explain.hpp"

#include <algorithm>
#include <array>

#include "base/characters.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

/// "question or problem"
std::string any_of_names(const std::vector<std::string>& names) {
  if (names.empty()) { return "of this role (the preset names none)"; }
  if (names.size() == 1) { return names[0]; }
  return cat(join({names.begin(), names.end() - 1}, ", "), " or ", names.back());
}

struct Candidate {
  const char* option;
  std::array<const char*, 16> names;
};
constexpr Candidate candidates[] = {
    {"question",
     {"question", "problem", "Question", "Problem", "prompt", "query", "instruction", "task", "input",
      "input_prompt", "problem_statement", "original_question", "question_text", "prompt.0.content",
      "messages.0.content", "text"}},
    {"solution",
     {"solution", "Solution", "response", "output", "completion", "rationale", "Rationale", "explanation",
      "generated_solution", "answer_text", "cot", "chain_of_thought", "reference_solution", "chosen",
      "messages.1.content", "target"}},
    {"answer",
     {"answer", "Answer", "final_answer", "expected_answer", "ground_truth", "gold",
      "reward_model.ground_truth", "reference_answer", "label", "gt", "", "", "", "", "", ""}}};

std::string role_fault(const char* role, const std::vector<std::string>& looked_for, const RowFields& row) {
  return cat("no field ", any_of_names(looked_for), " for the ", role, "; the row has ", row.names());
}

std::string with_suggestion(std::string text, const RowFields& row) {
  const std::string options = suggested_fields(row);
  return options.empty() ? text : cat(text, "; perhaps ", options);
}

/// "the question is an object" of the first field that is there.
std::string type_fault(const char* role, const std::vector<std::string>& paths, const RowFields& row) {
  for (const std::string& path : paths) {
    if (const Json* value = row.at(path)) {
      return cat("the field ", path, ", taken for the ", role, ", is ", value->type_name());
    }
  }
  return "";
}

}  // namespace

std::string suggested_fields(const RowFields& row) {
  std::vector<std::string> options;
  for (const Candidate& candidate : candidates) {
    for (const std::string_view name : candidate.names) {
      const Json* value = name.empty() ? nullptr : row.at(std::string(name));
      if (value == nullptr || !(value->is_string() || value->is_number())) { continue; }
      options.push_back(cat("--fields.", candidate.option, " ", name));
      break;
    }
  }
  return join(options, " ");
}

std::string explain(const std::string& reason, const RowFields& row, const Preset& preset) {
  if (reason == "missing_question") {
    return with_suggestion(role_fault("question", preset.question, row), row);
  }
  if (reason == "missing_solution") {
    return with_suggestion(role_fault("solution", preset.solution, row), row);
  }
  if (reason == "missing_steps") { return role_fault("steps", preset.steps, row); }
  if (reason == "missing_turns") { return role_fault("turns", preset.turns, row); }
  if (reason == "question_is_not_text") { return type_fault("question", preset.question, row); }
  if (reason == "solution_is_not_text") {
    return cat(type_fault("solution", preset.solution, row),
               "; if its elements are steps, name it with --fields.steps");
  }
  if (reason == "steps_are_no_texts") {
    return cat(type_fault("steps", preset.steps, row), "; each step must be a text or an object with a text");
  }
  if (reason == "turns_are_no_list") { return type_fault("turns", preset.turns, row); }
  return "";
}

std::string explain_text(std::string_view text) {
  if (!is_valid_utf8(text)) {
    const bool utf16 = text.find('\0') != std::string_view::npos;
    return utf16 ? "it is not UTF-8 and holds zero bytes: convert UTF-16 with iconv -f UTF-16 -t UTF-8"
                 : "it is not UTF-8: if it is Latin-1 (or Windows-1252), convert it with iconv -f LATIN1 -t "
                   "UTF-8";
  }
  const std::string_view line = python_strip(text);
  if (line.empty()) { return ""; }
  if (line.starts_with("a CSV record ")) { return std::string(line); }
  if (line.starts_with("<")) { return "it is HTML or XML, not JSON"; }
  if (line.starts_with("{'")) { return "it is a Python dictionary; JSON needs double quotes"; }
  if (line.front() != '{' && line.front() != '[') {
    const char separator = line.find('\t') != std::string_view::npos ? '\t' : ',';
    if (std::count(line.begin(), line.end(), separator) > 0) {
      return separator == ',' ? "it is not JSON; a CSV file must end in .csv"
                              : "it is not JSON; a TSV file must end in .tsv";
    }
    return "it is not JSON: a row begins with {";
  }
  try {
    Json::parse(line, "row");
  } catch (const BadInput& error) { return error.what(); }
  return "";
}

}  // namespace srl::data_prep
