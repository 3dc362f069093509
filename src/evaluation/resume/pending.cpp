#include "evaluation/resume/pending.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/record.hpp"

namespace srl::evaluation {
namespace {

/// All that a completion and its verdict depend on besides its question. Records with another key belong to
/// another experiment.
std::string experiment_of(const std::string& model, const std::string& benchmark, std::string_view view,
                          const Json& settings) {
  return cat(model, "\n", benchmark, "\n", view, "\n", settings.dump());
}

/// The recorded samples, by experiment and question.
using Recorded = std::map<std::string, std::map<std::int64_t, std::set<std::int64_t>>>;

/// Reads the records of the experiments `ours`, and repairs the file where it must be.
Recorded recorded(const std::filesystem::path& file, const std::set<std::string>& ours) {
  Recorded samples;
  if (!std::filesystem::exists(file)) { return samples; }
  const RecordFile read = read_records(file);
  std::string kept;
  bool changed = read.torn_last_line;
  for (const Record& record : read.records) {
    if (record.model_checksum.empty()) {
      throw BadInput(cat(file.string(),
                         " holds records of an older form, without the checksum of their model: "
                         "give another --output (srl_report still reads the old records)"));
    }
    const std::string experiment =
        experiment_of(record.model_checksum, record.benchmark_checksum, record.view, record.settings);
    const bool own = ours.contains(experiment);
    if (own && record.finish == text::Finish::not_asked) {
      changed = true;
      continue;
    }
    if (own) { samples[experiment][record.question].insert(record.sample); }
    kept += to_json(record).dump() + "\n";
  }
  if (changed) { write_file_atomically(file, kept); }
  return samples;
}

}  // namespace

Resumed pending_questions(const SweepOptions& options, const std::vector<Benchmark>& benchmarks,
                          const Subject& subject, const comm::Communicator& world,
                          const std::filesystem::path& file) {
  std::vector<Pending> all;
  for (const Benchmark& benchmark : benchmarks) {
    for (const Question& question : benchmark.questions) {
      if (question.number % options.tasks == options.task) { all.push_back({&benchmark, &question}); }
    }
  }
  std::string done;  // one character per sample of each question of this task: '1' = recorded
  if (world.is_root()) {
    const auto experiment = [&](const Benchmark& benchmark) {
      return experiment_of(subject.checksum, benchmark.checksum, word(options.view), subject.settings);
    };
    std::set<std::string> ours;
    for (const Benchmark& benchmark : benchmarks) { ours.insert(experiment(benchmark)); }
    Recorded found = recorded(file, ours);
    for (const Pending& pending : all) {
      const auto& samples = found[experiment(*pending.benchmark)][pending.question->number];
      for (std::int64_t s = 0; s < options.samples; ++s) { done += samples.contains(s) ? '1' : '0'; }
    }
  }
  done = world.broadcast(done, 0);
  Resumed resumed;
  if (world.is_root()) { resumed.recorded = std::count(done.begin(), done.end(), '1'); }
  auto mark = done.begin();
  for (Pending& pending : all) {
    for (std::int64_t s = 0; s < options.samples; ++s) {
      if (*mark++ == '0') { pending.samples.push_back(s); }
    }
    if (!pending.samples.empty()) { resumed.pending.push_back(std::move(pending)); }
  }
  return resumed;
}

}  // namespace srl::evaluation
