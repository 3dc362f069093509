#include "evaluation/sweep.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "evaluation/held_out.hpp"
#include "evaluation/patches.hpp"
#include "evaluation/resume/pending.hpp"
#include "evaluation/scoring.hpp"
#include "job/progress.hpp"

namespace srl::evaluation {
namespace {

std::int64_t environment_number(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoll(text, nullptr, 10) : otherwise;
}

/// "FILE line 3 (question 2, id 77)".
std::string named(const Question& question) {
  return cat(question.where, " (question ", question.number,
             question.id.empty() ? "" : cat(", id ", question.id), ")");
}

Record graded(const SampledText& written, const Pending& pending, const SweepOptions& options,
              const grading::GradingOptions& grading, const Subject& subject, double seconds) {
  Record record;
  record.model = subject.model;
  record.model_checksum = subject.checksum;
  record.benchmark = pending.benchmark->name;
  record.benchmark_checksum = pending.benchmark->checksum;
  record.question = pending.question->number;
  record.id = pending.question->id;
  record.sample = written.sample;
  record.view = std::string(word(options.view));
  record.settings = subject.settings;
  record.setting = subject.setting;
  record.text = written.text;
  record.reference = pending.question->reference;
  record.tokens = written.tokens;
  record.finish = written.finish;
  record.seconds = seconds;
  if (options.view == EvaluationView::step) {
    const StepScore score = score_step(written, *pending.question, {});
    record.answer = written.action;
    record.how = "exact";
    record.solution = pending.question->solution;
    record.step = pending.question->step;
    record.correct = score.exact;
    if (score.right_format) { record.similarity = score.similarity; }
    record.similarity_unrelated = score.similarity_unrelated;
    return record;
  }
  if (written.finish == text::Finish::not_asked) {
    record.how = "not_asked";
    return record;
  }
  if (options.view == EvaluationView::patch) {
    record.answer = written.finish == text::Finish::stop ? patch_in(written.text) : "";
    record.how = record.answer.empty() ? "no_patch" : "not_graded";
    return record;
  }
  AnswerScore score = score_answer(written.text, *pending.question, grading);
  record.answer = std::move(score.answer);
  record.correct = score.correct;
  record.how = std::move(score.how);
  return record;
}

/// What one rank has answered of a batch.
struct AnsweredPart {
  std::string lines;     ///< one JSON line per record
  std::string warnings;  ///< one line per question that could not be asked
};

/// Answers and grades this rank's part of the batch. Samples that were under way when a stop request came are
/// left out.
AnsweredPart answer_part(const std::vector<Pending>& part, const SweepOptions& options,
                         const grading::GradingOptions& grading, const Subject& subject,
                         const std::function<void(std::int64_t)>& tick, SweepSummary& summary) {
  AnsweredPart result;
  if (part.empty()) { return result; }  // there are more ranks than questions left
  std::vector<Asked> asked;
  for (const Pending& p : part) { asked.push_back({p.question, p.samples}); }
  Timer timer;
  const std::vector<SampledText> texts = subject.answer(asked, tick);
  std::int64_t tokens = 0, warned = -1;
  for (const SampledText& written : texts) { tokens += written.tokens; }
  const double per_token = timer.seconds() / static_cast<double>(std::max<std::int64_t>(tokens, 1));
  for (const SampledText& written : texts) {
    if (written.finish == text::Finish::unfinished) { continue; }
    const Pending& pending = part[static_cast<std::size_t>(written.question)];
    if (written.finish == text::Finish::not_asked && written.question != warned) {
      warned = written.question;
      result.warnings +=
          cat(named(*pending.question), " cannot be asked and counts as unanswered: ", written.why_not, "\n");
    }
    const Record record =
        graded(written, pending, options, grading, subject, per_token * static_cast<double>(written.tokens));
    summary.correct += record.correct;
    summary.tokens += record.tokens;
    ++summary.completions;
    result.lines += to_json(record).dump() + "\n";
  }
  return result;
}

void append(const std::filesystem::path& file, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    if (!part.empty()) { append_line(file, std::string_view(part).substr(0, part.size() - 1)); }
  }
}

void warn(const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    for (const std::string& line : split(part, '\n')) {
      if (!line.empty()) { log_warning(line); }
    }
  }
}

}  // namespace

std::vector<Benchmark> benchmarks_of(const SweepOptions& options,
                                     const trajectory::InstanceOptions& instance) {
  std::vector<Benchmark> benchmarks;
  const bool steps = options.view == EvaluationView::step;
  const Reading reading{options.limit, options.fields,
                        options.view == EvaluationView::patch ? RowForm::instances : RowForm::answers};
  std::map<std::string, std::string> seen;  // by checksum: the path
  for (const std::string& path : steps ? options.data : options.input) {
    Benchmark benchmark =
        steps ? held_out_steps(path, instance, options.limit) : read_benchmark(path, reading);
    const auto [first, added] = seen.emplace(benchmark.checksum, path);
    if (added) {
      benchmarks.push_back(std::move(benchmark));
    } else {
      log_info(cat(path, " has the same content as ", first->second, " and is asked only once"));
    }
  }
  return benchmarks;
}

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

SweepSummary sweep(const SweepOptions& options, const std::vector<Work>& work, const Recorded& others,
                   const grading::GradingOptions& grading, const Subject& subject,
                   const comm::Communicator& world, comm::Watchdog& watchdog, job::StopRequests& stop) {
  SweepSummary summary;
  if (world.is_root()) { make_folders(options.output); }
  const auto file = std::filesystem::path(options.output) / records_name(options.task, options.view);
  const auto [pending, recorded] = pending_questions(options, work, others, subject, world, file);
  summary.resumed = recorded;
  if (recorded > 0) {
    log_info(
        cat(counted(recorded, "completion", "is", "are"), " already recorded and skipped: ", file.string()));
  }

  if (pending.empty()) { return summary; }
  if (subject.prepare) { subject.prepare(); }
  const std::size_t ranks = static_cast<std::size_t>(world.size()),
                    rank = static_cast<std::size_t>(world.rank());
  const std::size_t batch = static_cast<std::size_t>(options.batch) * ranks;
  job::Progress progress("evaluate", "questions", static_cast<double>(pending.size()), world.is_root());
  progress.update(0);  // starts the measurement of the rate
  const Timer timer;
  for (std::size_t begin = 0; begin < pending.size(); begin += batch) {
    watchdog.phase("evaluate");
    if (stop.agree() != job::Stop::none) { break; }
    const std::size_t end = std::min(pending.size(), begin + batch);
    std::vector<Pending> mine;
    for (std::size_t i = begin + rank; i < end; i += ranks) { mine.push_back(pending[i]); }
    const auto tick = [&](std::int64_t tokens) {
      const double rate = static_cast<double>(summary.tokens + tokens) / std::max(timer.seconds(), 1e-9);
      progress.update(static_cast<double>(begin), cat(fixed(rate, 0), " tokens/s on rank 0"));
    };
    const AnsweredPart part = answer_part(mine, options, grading, subject, tick, summary);
    append(file, world.gather(part.lines, 0));
    warn(world.gather(part.warnings, 0));
    progress.update(static_cast<double>(end));
    if (subject.report) {
      subject.report(recorded, world.all_reduce(summary.completions, comm::Reduce::sum));
    }
  }
  summary.correct = world.all_reduce(summary.correct, comm::Reduce::sum);
  summary.completions = world.all_reduce(summary.completions, comm::Reduce::sum);
  std::int64_t asked = 0;
  for (const Pending& question : pending) { asked += std::ssize(question.samples); }
  summary.stopped = summary.completions < asked;
  if (summary.stopped) { stop.agree(); }  // a request during the last batch: all ranks learn the reason
  return summary;
}

}  // namespace srl::evaluation
