#include "evaluation/resume/pending.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/record.hpp"

namespace srl::evaluation {
namespace {

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

Resumed pending_questions(const SweepOptions& options, const std::vector<Work>& work, const Recorded& others,
                          const Subject& subject, const comm::Communicator& world,
                          const std::filesystem::path& file) {
  std::string done;  // one character per sample of each question of this task: '1' = recorded
  if (world.is_root()) {
    const auto experiment = [&](const Work& part) {
      return experiment_of(subject.checksum, part.benchmark->checksum, word(options.view), subject.settings);
    };
    std::set<std::string> ours;
    for (const Work& part : work) { ours.insert(experiment(part)); }
    const Recorded found = recorded(file, ours);
    const auto holds = [](const Recorded& all, const std::string& key, std::int64_t question,
                          std::int64_t s) {
      const auto of_key = all.find(key);
      if (of_key == all.end()) { return false; }
      const auto samples = of_key->second.find(question);
      return samples != of_key->second.end() && samples->second.contains(s);
    };
    for (const Work& part : work) {
      const std::string key = experiment(part);
      for (const std::int64_t place : part.questions) {
        for (std::int64_t s = 0; s < options.samples; ++s) {
          done += holds(found, key, place, s) || holds(others, key, place, s) ? '1' : '0';
        }
      }
    }
  }
  done = world.broadcast(done, 0);
  Resumed resumed;
  if (world.is_root()) { resumed.recorded = std::count(done.begin(), done.end(), '1'); }
  auto mark = done.begin();
  for (const Work& part : work) {
    for (const std::int64_t place : part.questions) {
      Pending pending{part.benchmark, &part.benchmark->questions[static_cast<std::size_t>(place)]};
      for (std::int64_t s = 0; s < options.samples; ++s) {
        if (*mark++ == '0') { pending.samples.push_back(s); }
      }
      if (!pending.samples.empty()) { resumed.pending.push_back(std::move(pending)); }
    }
  }
  return resumed;
}

}  // namespace srl::evaluation
