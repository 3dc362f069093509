#include "evaluation/benchmark.hpp"

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
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

std::string reference_of(const Json& row) {
  for (const char* field : {"answer", "final_answer", "expected_answer"}) {
    const Json* value = row.find(field);
    if (value != nullptr && !value->is_null()) { return after_hashes(text_of(*value)); }
  }
  const Json* solution = row.find("solution");
  if (solution != nullptr && solution->is_string()) {
    const grading::Extracted boxed = grading::extract_answer(solution->as_string());
    if (boxed.found && boxed.how == "boxed") { return boxed.answer; }
    throw BadInput("there is no field answer, final_answer or expected_answer, and no \\boxed{} in solution");
  }
  throw BadInput("there is no field answer, final_answer, expected_answer or solution");
}

std::string id_of(const Json& row) {
  for (const char* field :
       {"id", "unique_id", "question_id", "problem_id", "task_id", "instance_id", "idx"}) {
    const Json* value = row.find(field);
    if (value == nullptr) { continue; }
    if (value->is_string() && !value->as_string().empty()) { return value->as_string(); }
    if (value->is_number()) { return value->dump(); }
  }
  return "";
}

bool is_empty(const std::string& text) {
  return python_strip(std::string_view(text)).empty();
}

Question question_of(const Json& row) {
  Question question;
  const Json* text = row.find("question");
  if (text == nullptr || text->is_null()) { text = row.find("problem"); }
  if (text == nullptr) { throw BadInput("there is no field question or problem"); }
  question.question = text->as_string();
  question.reference = reference_of(row);
  question.id = id_of(row);
  if (is_empty(question.question)) { throw BadInput("the question is empty"); }
  if (is_empty(question.reference)) { throw BadInput("the answer is empty"); }
  return question;
}

}  // namespace

Benchmark read_benchmark(const std::filesystem::path& file, std::int64_t limit) {
  return parse_benchmark(read_file(file), file, limit);
}

Benchmark parse_benchmark(const std::string& content, const std::filesystem::path& file, std::int64_t limit) {
  Benchmark benchmark;
  benchmark.name = file.stem().string();
  benchmark.checksum = xxh3_128_hex(content);
  std::int64_t line_number = 0;
  for (const std::string& line : split(content, '\n')) {
    ++line_number;
    if (python_strip(std::string_view(line)).empty()) { continue; }
    if (limit > 0 && static_cast<std::int64_t>(benchmark.questions.size()) == limit) { break; }
    const std::string where = cat(file.string(), " line ", line_number);
    try {
      Question question = question_of(Json::parse(line, where));
      question.where = where;
      question.number = static_cast<std::int64_t>(benchmark.questions.size());
      benchmark.questions.push_back(std::move(question));
    } catch (const BadInput& error) {
      const std::string message = error.what();
      throw BadInput(message.starts_with(where) ? message : cat(where, ": ", message));
    }
  }
  if (benchmark.questions.empty()) { throw BadInput(cat(file.string(), ": the file has no questions")); }
  return benchmark;
}

}  // namespace srl::evaluation
