#include "evaluation/rows/row.hpp"

#include <initializer_list>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "evaluation/rows/choices.hpp"
#include "grading/grading.hpp"

namespace srl::evaluation {
namespace {

std::string text_of(const Json& value) {
  if (value.is_string()) { return value.as_string(); }
  if (value.is_array()) {
    std::vector<std::string> parts;
    for (const Json& part : value.as_array()) { parts.push_back(text_of(part)); }
    return join(parts, ", ");
  }
  if (value.is_number()) { return value.dump(); }
  throw BadInput("the answer is not a string, number or list");
}

/// GSM8K has the worked solution and the answer in one field: "… #### 72".
std::string after_hashes(const std::string& text) {
  const std::size_t at = text.rfind("####");
  return at == std::string::npos ? text : std::string(python_strip(std::string_view(text).substr(at + 4)));
}

bool is_empty(const std::string& text) {
  return python_strip(std::string_view(text)).empty();
}

/// The first of these fields that the row has. With a name of the user, only this one.
const Json* first_of(const Json& row, const std::string& own, std::initializer_list<const char*> usual) {
  if (!own.empty()) {
    const Json* value = value_at(row, own);
    if (value == nullptr) { throw BadInput(cat("there is no field ", own)); }
    return value;
  }
  for (const char* name : usual) {
    const Json* value = row.find(name);
    if (value != nullptr && !value->is_null()) { return value; }
  }
  return nullptr;
}

/// The worked solution of a row: text, or the first of a list of texts (OlympiadBench). Of GSM8K the text
/// before "####".
std::string worked_of(const Json& row, const FieldNames& fields) {
  const Json* solution = row.find("solution");
  if (solution != nullptr && solution->is_array() && !solution->as_array().empty()) {
    solution = &solution->as_array().front();
  }
  if (solution != nullptr && solution->is_string()) { return solution->as_string(); }
  const Json* answer = first_of(row, fields.answer, {"answer"});
  if (answer == nullptr || !answer->is_string()) { return ""; }
  const std::size_t at = answer->as_string().rfind("####");
  if (at == std::string::npos) { return ""; }
  return std::string(python_strip(std::string_view(answer->as_string()).substr(0, at)));
}

std::string reference_of(const Json& row, const FieldNames& fields) {
  const Json* answer = first_of(row, fields.answer, {"answer", "final_answer", "expected_answer"});
  if (answer != nullptr) { return after_hashes(text_of(*answer)); }
  const Json* solution = row.find("solution");
  if (solution != nullptr && solution->is_string()) {
    const grading::Extracted boxed = grading::extract_answer(solution->as_string());
    if (boxed.found && boxed.how == "boxed") { return boxed.answer; }
    throw BadInput("there is no field answer, final_answer or expected_answer, and no \\boxed{} in solution");
  }
  throw BadInput("there is no field answer, final_answer, expected_answer or solution");
}

/// A row with a list of choices: the letter is the answer.
void take_choices(const Json& row, const FieldNames& fields, const Json& value, Question& question) {
  const Choices choices = choices_of(value);
  const Json* answer =
      first_of(row, fields.answer, {"answer", "answerKey", "answer_index", "answer_idx", "correct", "label"});
  if (answer == nullptr) { throw BadInput("the row has choices, and no field answer or answerKey"); }
  question.reference = letter_of_answer(*answer, choices);
  question.statement = question.question;
  question.question = question_with_choices(question.question, choices);
  question.choices = choices.texts;
}

std::string id_of(const Json& row, const FieldNames& fields) {
  const std::vector<std::string> usual{"id",      "unique_id",   "question_id", "problem_id",
                                       "task_id", "instance_id", "idx"};
  if (!fields.id.empty() && value_at(row, fields.id) == nullptr) {
    throw BadInput(cat("there is no field ", fields.id));
  }
  for (const std::string& name : fields.id.empty() ? usual : std::vector{fields.id}) {
    const Json* id = value_at(row, name);
    if (id == nullptr) { continue; }
    if (id->is_string() && !id->as_string().empty()) { return id->as_string(); }
    if (id->is_number()) { return id->dump(); }
  }
  return "";
}

bool holds_choices(const Json* value) {
  return value != nullptr && !(value->is_array() && value->as_array().empty());
}

}  // namespace

const Json* value_at(const Json& row, const std::string& path) {
  const Json* value = row.find(path);
  if (value == nullptr) {
    value = &row;
    for (const std::string& part : split(path, '.')) {
      if (value != nullptr) { value = value->find(part); }
    }
  }
  return value == nullptr || value->is_null() ? nullptr : value;
}

Row row_with_answer(const Json& row, const FieldNames& fields) {
  Row result;
  Question& question = result.question;
  const Json* text = first_of(row, fields.question, {"question", "problem"});
  if (text == nullptr) { throw BadInput("there is no field question or problem"); }
  question.question = text->as_string();
  question.id = id_of(row, fields);
  if (is_empty(question.question)) { throw BadInput("the question is empty"); }
  const Json* choices = first_of(row, fields.choices, {"choices", "options"});
  if (holds_choices(choices)) {
    take_choices(row, fields, *choices, question);
  } else {
    question.reference = reference_of(row, fields);
  }
  if (is_empty(question.reference)) { throw BadInput("the answer is empty"); }
  result.worked = worked_of(row, fields);
  return result;
}

Row row_of_instance(const Json& row, const FieldNames& fields) {
  Row result;
  const Json* id = first_of(row, fields.id, {"instance_id"});
  if (id == nullptr || !id->is_string() || is_empty(id->as_string())) {
    throw BadInput("there is no field instance_id");
  }
  result.question.id = id->as_string();
  const Json* whole = fields.question.empty() ? value_at(row, "text") : nullptr;
  if (whole != nullptr) {
    result.question.question = whole->as_string();
    const Json* statement = value_at(row, "problem_statement");
    if (statement != nullptr && statement->is_string()) {
      result.question.statement = statement->as_string();
    }
  } else {
    const Json* statement = first_of(row, fields.question, {"problem_statement"});
    if (statement == nullptr) { throw BadInput("there is no field text or problem_statement"); }
    if (is_empty(statement->as_string())) { throw BadInput("the problem statement is empty"); }
    result.question.statement = statement->as_string();
    const Json* repository = value_at(row, "repo");
    const std::string of = repository != nullptr && repository->is_string()
                               ? cat(" of the repository ", repository->as_string())
                               : "";
    result.question.question =
        cat("This is an issue", of, ":\n\n<issue>\n", statement->as_string(),
            "\n</issue>\n\nWrite a patch that resolves it. Answer with one unified diff, in the form of git "
            "diff, between <patch> and </patch>.");
  }
  if (is_empty(result.question.question)) { throw BadInput("the text is empty"); }
  return result;
}

}  // namespace srl::evaluation
