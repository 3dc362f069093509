#include "evaluation/benchmark.hpp"

#include <functional>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/foreign_file.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "evaluation/rows/row.hpp"

namespace srl::evaluation {
namespace {

std::string text_of(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw BadInput(cat(
        file.string(), " does not exist; ",
        advice_for_missing(file, "docs/public-data.md", "give a benchmark file, one JSON object per line")));
  }
  if (std::filesystem::is_directory(file)) {
    throw BadInput(
        cat(file.string(), " is a folder: give a benchmark file, or a data folder of srl_prep with --data"));
  }
  return read_file(file);
}

/// Calls `take(row, where)` for each line until it returns false. BadInput names file and line.
void for_each_row(const std::string& content, const std::filesystem::path& file,
                  const std::function<bool(const Json&, const std::string&)>& take) {
  std::int64_t line_number = 0;
  for (const std::string& line : split(content, '\n')) {
    ++line_number;
    if (python_strip(std::string_view(line)).empty()) { continue; }
    const std::string where = cat(file.string(), " line ", line_number);
    try {
      if (!take(Json::parse(line, where), where)) { return; }
    } catch (const BadInput& error) {
      const std::string message = error.what();
      throw BadInput(message.starts_with(where) ? message : cat(where, ": ", message));
    }
  }
}

Benchmark parse(const std::string& content, const std::filesystem::path& file, const Reading& reading) {
  Benchmark benchmark;
  benchmark.name = file.stem().string();
  const FieldNames& f = reading.fields;
  benchmark.checksum = benchmark_checksum(xxh3_128_hex(content), f);
  for_each_row(content, file, [&](const Json& row, const std::string& where) {
    if (reading.limit > 0 && std::ssize(benchmark.questions) == reading.limit) { return false; }
    Row read = reading.form == RowForm::instances ? row_of_instance(row, f) : row_with_answer(row, f);
    read.question.where = where;
    read.question.number = std::ssize(benchmark.questions);
    benchmark.questions.push_back(std::move(read.question));
    return true;
  });
  if (benchmark.questions.empty()) { throw BadInput(cat(file.string(), ": the file has no questions")); }
  return benchmark;
}

/// The names that this row has.
FieldNames fields_in(const Json& row, FieldNames fields) {
  for (std::string* name : {&fields.id, &fields.question, &fields.answer, &fields.choices}) {
    if (!name->empty() && value_at(row, *name) == nullptr) { name->clear(); }
  }
  return fields;
}

}  // namespace

std::string benchmark_checksum(const std::string& of_file, const FieldNames& fields) {
  if (fields == FieldNames{}) { return of_file; }
  return xxh3_128_hex(join({of_file, fields.id, fields.question, fields.answer, fields.choices}, "\n"));
}

Benchmark read_benchmark(const std::filesystem::path& file, const Reading& reading) {
  return parse(text_of(file), file, reading);
}

Benchmark parse_benchmark(const std::string& content, const std::filesystem::path& file, std::int64_t limit) {
  return parse(content, file, {.limit = limit});
}

std::vector<Example> read_examples(const std::filesystem::path& file, const FieldNames& fields) {
  std::vector<Example> examples;
  for_each_row(text_of(file), file, [&](const Json& row, const std::string&) {
    Row read = row_with_answer(row, fields_in(row, fields));
    std::string answer = std::move(read.worked);
    if (answer.find("\\boxed{") == std::string::npos) {
      answer += cat(answer.empty() ? "" : "\n\n", "The answer is \\boxed{", read.question.reference, "}.");
    }
    examples.push_back({std::move(read.question.question), std::move(answer)});
    return true;
  });
  return examples;
}

}  // namespace srl::evaluation
