#include "analysis/contamination/benchmark_texts.hpp"

#include <filesystem>
#include <set>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "evaluation/benchmark.hpp"
#include "trajectory/dataset.hpp"

namespace srl::analysis {
namespace {

namespace fs = std::filesystem;
using Asked = std::map<AskedContent, AskedQuestions>;
using Texts = std::map<AskedContent, std::vector<BenchmarkText>>;

[[noreturn]] void fail_missing(const std::string& path, std::int64_t number, std::int64_t count) {
  throw BadInput(cat(path, ": the records name question ", number, ", but there are only ", count,
                     ": the records are damaged, or of another version of the suite"));
}

/// A file with the name of a benchmark of the records was changed; any other was not evaluated.
[[noreturn]] void fail_unknown(const std::string& path, const std::string& checksum, const Asked& asked) {
  const std::string name = fs::is_directory(path) ? fs::canonical(path).filename() : fs::path(path).stem();
  std::set<std::string> all, of_name;
  for (const auto& [content, questions] : asked) {
    const std::string text = cat(questions.name, " (", content.checksum.substr(0, 8), ")");
    all.insert(text);
    if (questions.name == name) { of_name.insert(text); }
  }
  const auto list = [](const std::set<std::string>& texts) {
    return join(std::vector<std::string>(texts.begin(), texts.end()), ", ");
  };
  throw BadInput(cat(
      path, " (", checksum.substr(0, 8), ") ",
      of_name.empty() ? cat("is not a benchmark of the records, which are of ", list(all))
                      : cat("was changed after the evaluation: the records are of ", list(of_name)),
      "; give --contamination.benchmarks the files that were evaluated, and --fields.… as they were then"));
}

std::vector<BenchmarkText> texts_of_file(const std::string& path, const evaluation::FieldNames& fields,
                                         const AskedContent& content, const AskedQuestions& asked) {
  const evaluation::Benchmark benchmark = evaluation::read_benchmark(
      path, {.limit = asked.numbers.back() + 1,
             .fields = fields,
             .form = content.as == AskedAs::instances ? evaluation::RowForm::instances
                                                      : evaluation::RowForm::answers});
  if (benchmark.checksum != content.checksum) { throw BadInput(cat(path, " was changed while it was read")); }
  const std::int64_t count = std::ssize(benchmark.questions);
  std::vector<BenchmarkText> texts;
  for (const std::int64_t number : asked.numbers) {
    if (number < 0 || number >= count) { fail_missing(path, number, count); }
    const evaluation::Question& question = benchmark.questions[static_cast<std::size_t>(number)];
    texts.push_back({number, question.id, question.own_text()});
  }
  return texts;
}

bool add_file(const std::string& path, const std::string& checksum, const ContaminationOptions& options,
              const Asked& asked, Texts& texts) {
  std::map<std::string, evaluation::FieldNames> readings{{checksum, {}}};
  readings.emplace(evaluation::benchmark_checksum(checksum, options.fields), options.fields);
  bool found = false;
  for (const auto& [content, fields] : readings) {
    for (const AskedAs as : {AskedAs::questions, AskedAs::instances}) {
      const auto questions = asked.find({content, as});
      if (questions == asked.end()) { continue; }
      texts[questions->first] = texts_of_file(path, fields, questions->first, questions->second);
      found = true;
    }
  }
  return found;
}

/// The held-out solutions of a data folder.
void add_folder(const std::string& path, const Asked& asked, Texts& texts) {
  trajectory::InstanceOptions all_steps;
  all_steps.targets = trajectory::Targets::all;
  const trajectory::Dataset dataset({path}, trajectory::Split::validation, all_steps);
  const auto solutions = asked.find({dataset.fingerprint(), AskedAs::solutions});
  if (solutions == asked.end()) { fail_unknown(path, dataset.fingerprint(), asked); }
  const std::int64_t count = dataset.size() == 0 ? 0 : dataset.key(dataset.size() - 1).solution + 1;
  std::vector<BenchmarkText>& of_folder = texts[solutions->first];
  of_folder.clear();
  for (const std::int64_t number : solutions->second.numbers) {
    if (number < 0 || number >= count) { fail_missing(path, number, count); }
    trajectory::Solution solution = dataset.solution(number);
    of_folder.push_back({number, std::move(solution.id), std::move(solution.question)});
  }
}

}  // namespace

Texts benchmark_texts(const ContaminationOptions& options, const Asked& asked,
                      const std::function<void()>& tick) {
  Texts texts;
  for (const std::string& path : options.benchmarks) {
    tick();
    if (!fs::exists(path)) { throw BadInput(cat(path, ": file or folder does not exist")); }
    if (fs::is_directory(path)) {
      add_folder(path, asked, texts);
      continue;
    }
    const std::string checksum = file_checksum(path, tick);
    if (!add_file(path, checksum, options, asked, texts)) { fail_unknown(path, checksum, asked); }
  }
  return texts;
}

}  // namespace srl::analysis
