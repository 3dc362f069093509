#include "evaluation/sweep.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "evaluation/held_out.hpp"
#include "evaluation/scoring.hpp"
#include "job/progress.hpp"

namespace srl::evaluation {
namespace {

std::int64_t environment_number(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoll(text, nullptr, 10) : otherwise;
}

struct Pending {
  const Benchmark* benchmark = nullptr;
  Question question;
};

/// Key of an experiment: all that a completion depends on besides its question. Records with other settings
/// belong to another experiment.
std::string experiment_of(const std::string& model, const std::string& checksum, std::string_view view,
                          const Json& settings) {
  return cat(model, "\n", checksum, "\n", view, "\n", settings.dump());
}

/// Rank 0: number of samples per question that the file already holds, by experiment. Rewrites the file
/// without its torn last line and without incomplete questions of this sweep's experiments. Records of other
/// experiments (for example greedy beside sampled ones) stay as they are.
std::map<std::string, std::map<std::int64_t, std::int64_t>> recorded(const std::filesystem::path& file,
                                                                     const std::set<std::string>& ours,
                                                                     std::int64_t samples,
                                                                     std::int64_t& resumed) {
  std::map<std::string, std::map<std::int64_t, std::int64_t>> counts;
  if (!std::filesystem::exists(file)) { return counts; }
  const RecordFile read = read_records(file);
  const auto experiment = [](const Record& r) {
    return experiment_of(r.model, r.benchmark_checksum, r.view, r.settings);
  };
  for (const Record& r : read.records) { ++counts[experiment(r)][r.question]; }
  std::string kept;
  for (const Record& r : read.records) {
    const bool own = ours.count(experiment(r)) > 0;
    if (own && counts[experiment(r)][r.question] < samples) { continue; }
    kept += to_json(r).dump() + "\n";
    resumed += own ? 1 : 0;
  }
  write_file_atomically(file, kept);
  return counts;
}

/// This task's questions that have no complete record yet, in benchmark order; the same on every rank.
std::vector<Pending> pending_questions(const SweepOptions& options, const std::vector<Benchmark>& benchmarks,
                                       const Subject& subject, const comm::Communicator& world,
                                       const std::filesystem::path& file, SweepSummary& summary) {
  std::string done;  // one character per question of this task: '1' = recorded
  std::vector<Pending> all;
  for (const Benchmark& benchmark : benchmarks) {
    for (const Question& question : benchmark.questions) {
      if (question.number % options.tasks == options.task) { all.push_back({&benchmark, question}); }
    }
  }
  if (world.is_root()) {
    const auto experiment = [&](const Benchmark& benchmark) {
      return experiment_of(subject.model, benchmark.checksum, word(options.view), subject.settings);
    };
    std::set<std::string> ours;
    for (const Benchmark& benchmark : benchmarks) { ours.insert(experiment(benchmark)); }
    auto counts = recorded(file, ours, options.samples, summary.resumed);
    for (const Pending& p : all) {
      auto& of_experiment = counts[experiment(*p.benchmark)];
      done += of_experiment[p.question.number] >= options.samples ? '1' : '0';
    }
  }
  done = world.broadcast(done, 0);
  std::vector<Pending> pending;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (done[i] == '0') { pending.push_back(all[i]); }
  }
  return pending;
}

Record graded(const SampledText& written, const Pending& pending, const SweepOptions& options,
              const grading::GradingOptions& grading, const Subject& subject, double seconds) {
  Record record;
  record.model = subject.model;
  record.benchmark = pending.benchmark->name;
  record.benchmark_checksum = pending.benchmark->checksum;
  record.question = pending.question.number;
  record.sample = written.sample;
  record.view = std::string(word(options.view));
  record.settings = subject.settings;
  record.text = written.text;
  record.reference = pending.question.reference;
  record.tokens = written.tokens;
  record.finish = written.finish;
  record.seconds = seconds;
  if (options.view == EvaluationView::step) {
    const StepScore score = score_step(written, pending.question, {});
    record.answer = written.action;
    record.how = "exact";
    record.solution = pending.question.solution;
    record.step = pending.question.step;
    record.correct = score.exact;
    if (score.right_format) { record.similarity = score.similarity; }
    record.similarity_unrelated = score.similarity_unrelated;
    return record;
  }
  AnswerScore score = score_answer(written.text, pending.question, grading);
  record.answer = std::move(score.answer);
  record.correct = score.correct;
  record.how = std::move(score.how);
  return record;
}

/// Answers and grades this rank's part of the batch. Returns JSON lines.
std::string answer_part(const std::vector<Pending>& part, const SweepOptions& options,
                        const grading::GradingOptions& grading, const Subject& subject, std::int64_t& correct,
                        std::int64_t& completions) {
  if (part.empty()) {
    return "";  // there are more ranks than questions left
  }
  std::vector<Question> questions;
  for (const Pending& p : part) { questions.push_back(p.question); }
  Timer timer;
  const std::vector<SampledText> texts = subject.answer(questions);
  std::int64_t tokens = 0;
  for (const SampledText& written : texts) { tokens += written.tokens; }
  const double per_token = timer.seconds() / static_cast<double>(std::max<std::int64_t>(tokens, 1));
  std::string lines;
  for (const SampledText& written : texts) {
    const Record record = graded(written, part[static_cast<std::size_t>(written.question)], options, grading,
                                 subject, per_token * static_cast<double>(written.tokens));
    correct += record.correct;
    ++completions;
    lines += to_json(record).dump() + "\n";
  }
  return lines;
}

}  // namespace

void resolve_task(SweepOptions& options) {
  // With a given number of tasks, an array of some of them (--array=3,5) answers exactly their shares.
  const std::int64_t first = options.tasks < 0 ? environment_number("SLURM_ARRAY_TASK_MIN", 0) : 0;
  if (options.tasks < 0) { options.tasks = environment_number("SLURM_ARRAY_TASK_COUNT", 1); }
  if (options.task < 0) { options.task = environment_number("SLURM_ARRAY_TASK_ID", 0) - first; }
  if (options.tasks < 1 || options.task >= options.tasks) {
    throw BadOption(cat("task ", options.task, " of ", options.tasks,
                        ": --task must be at least 0 and less than --tasks"));
  }
}

SweepSummary sweep(const SweepOptions& options, const trajectory::InstanceOptions& instance,
                   const grading::GradingOptions& grading, const Subject& subject,
                   const comm::Communicator& world, comm::Watchdog& watchdog, job::StopRequests& stop) {
  SweepSummary summary;
  std::vector<Benchmark> benchmarks;
  if (options.view == EvaluationView::step) {
    for (const std::string& folder : options.data) {
      benchmarks.push_back(held_out_steps(folder, instance, options.limit));
    }
  } else {
    for (const std::string& file : options.input) {
      benchmarks.push_back(read_benchmark(file, options.limit));
    }
  }
  if (world.is_root()) { make_folders(options.output); }
  const auto file =
      std::filesystem::path(options.output) / cat("records_", zero_padded(options.task, 5), ".jsonl");
  const std::vector<Pending> pending = pending_questions(options, benchmarks, subject, world, file, summary);
  if (summary.resumed > 0) {
    log_info(cat(summary.resumed, " completions are already recorded and skipped: ", file.string()));
  }

  const std::size_t ranks = static_cast<std::size_t>(world.size()),
                    rank = static_cast<std::size_t>(world.rank());
  const std::size_t batch = static_cast<std::size_t>(options.batch) * ranks;
  job::Progress progress("evaluate", "questions", static_cast<double>(pending.size()), world.is_root());
  progress.update(0);  // starts the measurement of the rate
  for (std::size_t begin = 0; begin < pending.size(); begin += batch) {
    watchdog.phase("evaluate");
    if (stop.agree() != job::Stop::none) {
      summary.stopped = true;
      break;
    }
    const std::size_t end = std::min(pending.size(), begin + batch);
    std::vector<Pending> mine;
    for (std::size_t i = begin + rank; i < end; i += ranks) { mine.push_back(pending[i]); }
    const std::vector<std::string> lines =
        world.gather(answer_part(mine, options, grading, subject, summary.correct, summary.completions), 0);
    if (world.is_root()) {
      for (const std::string& part : lines) {
        if (!part.empty()) { append_line(file, std::string_view(part).substr(0, part.size() - 1)); }
      }
    }
    progress.update(static_cast<double>(end));
  }
  summary.correct = world.all_reduce(summary.correct, comm::Reduce::sum);
  summary.completions = world.all_reduce(summary.completions, comm::Reduce::sum);
  return summary;
}

}  // namespace srl::evaluation
