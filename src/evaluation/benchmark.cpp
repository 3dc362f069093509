#include "evaluation/benchmark.hpp"

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "grading/grading.hpp"
#include "trajectory/dataset.hpp"
#include "trajectory/unrelated.hpp"

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
  throw BadInput("the answer is neither text, number nor list");
}

/// GSM8K keeps worked solution and answer in one field: "… #### 72".
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
    throw BadInput("no field answer, final_answer or expected_answer, and no \\boxed{} in solution");
  }
  throw BadInput("no field answer, final_answer, expected_answer or solution");
}

Question question_of(const Json& row) {
  Question question;
  const Json* text = row.find("question");
  if (text == nullptr || text->is_null()) { text = row.find("problem"); }
  if (text == nullptr) { throw BadInput("no field question or problem"); }
  question.question = text->as_string();
  question.reference = reference_of(row);
  return question;
}

void name_unrelated(std::vector<Question>& questions) {
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto other =
        trajectory::unrelated_step(questions.size(), i, [&](std::size_t k) { return questions[k].solution; });
    if (other) { questions[i].unrelated = questions[*other].reference; }
  }
}

}  // namespace

Benchmark read_benchmark(const std::filesystem::path& file, std::int64_t limit) {
  const std::string content = read_file(file);
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
      question.number = static_cast<std::int64_t>(benchmark.questions.size());
      benchmark.questions.push_back(std::move(question));
    } catch (const BadInput& error) {
      const std::string message = error.what();
      throw BadInput(message.starts_with(where) ? message : cat(where, ": ", message));
    }
  }
  if (benchmark.questions.empty()) { throw BadInput(cat(file.string(), ": no questions")); }
  return benchmark;
}

Benchmark held_out_steps(const std::string& folder, const trajectory::InstanceOptions& options,
                         std::int64_t limit) {
  trajectory::InstanceOptions steps = options;
  steps.view = trajectory::InstanceView::step;
  const trajectory::Dataset dataset({folder}, trajectory::Split::validation, steps);
  Benchmark benchmark;
  const std::filesystem::path path(folder);
  benchmark.name = (path.has_filename() ? path : path.parent_path()).filename().string();
  benchmark.checksum = dataset.fingerprint();
  std::shared_ptr<const trajectory::Solution> expert;
  std::int64_t held = -1;
  for (std::int64_t i = 0; i < dataset.size() && (limit == 0 || i < limit); ++i) {
    const trajectory::InstanceKey key = dataset.key(i);
    if (key.solution != held) {
      expert = std::make_shared<const trajectory::Solution>(dataset.solution(key.solution));
    }
    held = key.solution;
    const std::string target = target_of(expert->steps[static_cast<std::size_t>(key.k)], steps);
    benchmark.questions.push_back({i, expert->question, target, expert, key.k, key.solution, {}});
  }
  name_unrelated(benchmark.questions);
  if (benchmark.questions.empty()) {
    throw BadInput(cat(folder, ": no solution is held out for validation"));
  }
  return benchmark;
}

}  // namespace srl::evaluation
