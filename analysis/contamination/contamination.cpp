#include "analysis/contamination/contamination.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analysis/contamination/benchmark_texts.hpp"
#include "base/checksum.hpp"
#include "base/error.hpp"
#include "text/contamination.hpp"
#include "trajectory/shard_reader.hpp"
#include "trajectory/training_questions.hpp"

namespace srl::analysis {
namespace {

using Asked = std::map<AskedContent, AskedQuestions>;

AskedContent content_of(const Subject& subject) {
  return {subject.benchmark.second, asked_as(subject.view)};
}

/// The numbers of the questions of each benchmark.
Asked asked_in(const Answers& answers) {
  std::vector<AskedQuestions*> of_subject;
  Asked asked;
  for (const Subject& subject : answers.subjects()) {
    AskedQuestions& questions = asked[content_of(subject)];
    if (questions.name.empty() || subject.benchmark.first < questions.name) {
      questions.name = subject.benchmark.first;
    }
    of_subject.push_back(&questions);
  }
  for (const Answer& answer : answers.all()) {
    if (answers.subjects()[answer.subject].solutions_missing) { continue; }
    std::vector<std::int64_t>& numbers = of_subject[answer.subject]->numbers;
    if (numbers.empty() || numbers.back() != answer.place.cluster) {
      numbers.push_back(answer.place.cluster);
    }
  }
  for (auto& [content, questions] : asked) {
    std::sort(questions.numbers.begin(), questions.numbers.end());
    questions.numbers.erase(std::unique(questions.numbers.begin(), questions.numbers.end()),
                            questions.numbers.end());
  }
  return asked;
}

/// Training questions that were met lately: the solutions of one question often follow each other. A fixed
/// size, whatever the number of questions.
class Lately {
 public:
  bool met(std::string_view question) {
    const std::uint64_t checksum = xxh3_64(question);
    return std::exchange(checksums_[checksum % checksums_.size()], checksum) == checksum;
  }

 private:
  std::vector<std::uint64_t> checksums_ = std::vector<std::uint64_t>(std::size_t{1} << 16);
};

/// Training solutions by their place.
struct Places {
  std::vector<std::string> shards;
  std::vector<std::pair<std::size_t, std::uint64_t>> rows;  ///< shard and row, by name in the overlaps
};

/// Returns the number of training solutions.
std::int64_t compare(const ContaminationOptions& options, const std::function<void()>& tick,
                     text::Overlaps& overlaps, Places& places) {
  std::int64_t solutions = 0;
  Lately lately;
  trajectory::each_training_question(options.shards, tick, [&](const trajectory::TrainingQuestion& training) {
    ++solutions;
    if (lately.met(training.question)) { return; }
    const auto name = static_cast<std::uint32_t>(places.rows.size());
    if (!overlaps.see(training.question, name)) { return; }
    const std::string shard = training.shard.string();
    if (places.shards.empty() || places.shards.back() != shard) { places.shards.push_back(shard); }
    places.rows.emplace_back(places.shards.size() - 1, training.row);
  });
  return solutions;
}

/// Where a found question gets the id of its training solution from.
using Wanted = std::tuple<std::size_t, std::uint64_t, ContaminatedQuestion*>;

void mark(const std::vector<BenchmarkText>& texts, const text::Overlaps& overlaps, const Places& places,
          CheckedBenchmark& checked, std::vector<Wanted>& wanted) {
  std::vector<std::uint32_t> names;
  for (const BenchmarkText& question : texts) {
    const auto name = overlaps.first(question.text);
    if (!name) { continue; }
    checked.found.push_back({question.number, question.id, "", "", 0});
    names.push_back(*name);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& [shard, row] = places.rows[names[i]];
    wanted.emplace_back(shard, row, &checked.found[i]);
  }
}

void name_training_solutions(std::vector<Wanted> wanted, const Places& places,
                             const std::function<void()>& tick) {
  std::sort(wanted.begin(), wanted.end());
  for (auto at = wanted.begin(); at != wanted.end();) {
    const std::size_t shard = std::get<0>(*at);
    const trajectory::ShardReader reader(places.shards[shard]);
    for (; at != wanted.end() && std::get<0>(*at) == shard; ++at) {
      const auto& [of_shard, row, question] = *at;
      question->shard = places.shards[shard];
      question->shard_row = row;
      question->training_id = reader.read(row).id;
      tick();
    }
  }
}

/// Why the questions of a subject are not checked; empty if they are.
std::string reason_not_to_check(const Subject& subject, bool has_texts, bool has_training) {
  if (!has_training) { return "there is no training solution in --contamination.shards"; }
  if (subject.benchmark.second.empty()) { return "its older records have no checksum of it"; }
  if (subject.solutions_missing) { return "its older records do not say to which solution a step belongs"; }
  return has_texts ? "" : "--contamination.benchmarks does not name it";
}

}  // namespace

bool CheckedBenchmark::contains(std::int64_t number) const {
  const auto place =
      std::lower_bound(found.begin(), found.end(), number,
                       [](const auto& question, auto other) { return question.number < other; });
  return place != found.end() && place->number == number;
}

const CheckedBenchmark& Contamination::of(const Content& benchmark, const std::string& view) const {
  const auto found = std::find_if(benchmarks.begin(), benchmarks.end(), [&](const auto& checked) {
    return checked.benchmark == benchmark && checked.as == asked_as(view);
  });
  if (found == benchmarks.end()) { throw Bug("a benchmark was neither checked nor left out"); }
  return *found;
}

Answers Contamination::clean_answers(const Answers& answers) const {
  std::vector<const CheckedBenchmark*> of_subject;
  for (const Subject& subject : answers.subjects()) {
    of_subject.push_back(&of(subject.benchmark, subject.view));
  }
  return answers.only([&](const Answer& answer) {
    const CheckedBenchmark& benchmark = *of_subject[answer.subject];
    return !benchmark.found.empty() && !benchmark.contains(answer.place.cluster);
  });
}

Contamination contamination_of(const ContaminationOptions& options, const Answers& answers,
                               const std::function<void()>& tick) {
  const Asked asked = asked_in(answers);
  const auto texts = benchmark_texts(options, asked, tick);
  text::Overlaps overlaps(static_cast<std::size_t>(options.words));
  for (const auto& [content, questions] : texts) {
    for (const BenchmarkText& question : questions) { overlaps.add(question.text); }
  }
  Contamination result{options.words, options.shards, 0, {}};
  Places places;
  result.solutions = compare(options, tick, overlaps, places);
  std::map<std::pair<Content, AskedAs>, std::string> benchmarks;  // with the reason not to check
  for (const Subject& subject : answers.subjects()) {
    std::string& reason = benchmarks[{subject.benchmark, asked_as(subject.view)}];
    if (reason.empty()) {
      reason = reason_not_to_check(subject, texts.contains(content_of(subject)), result.solutions > 0);
    }
  }
  std::vector<Wanted> wanted;
  result.benchmarks.reserve(benchmarks.size());  // `wanted` points into it
  for (const auto& [benchmark, reason] : benchmarks) {
    const AskedContent content{benchmark.first.second, benchmark.second};
    CheckedBenchmark& checked = result.benchmarks.emplace_back(
        CheckedBenchmark{benchmark.first, benchmark.second, std::ssize(asked.at(content).numbers), reason});
    if (checked.checked()) { mark(texts.at(content), overlaps, places, checked, wanted); }
  }
  name_training_solutions(std::move(wanted), places, tick);
  return result;
}

}  // namespace srl::analysis
