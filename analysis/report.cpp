#include "analysis/report.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <iostream>
#include <optional>
#include <thread>

#include "analysis/contamination/contamination_section.hpp"
#include "analysis/live/run_state.hpp"
#include "analysis/machine/flat_metrics.hpp"
#include "analysis/machine/lm_eval_results.hpp"
#include "analysis/page/page.hpp"
#include "analysis/page/shell.hpp"
#include "analysis/paper/paper_table.hpp"
#include "analysis/render/figure.hpp"
#include "analysis/render/render.hpp"
#include "analysis/runs/picture.hpp"
#include "analysis/runs/run_section.hpp"
#include "analysis/tables/accuracy.hpp"
#include "analysis/tables/change.hpp"
#include "analysis/tables/study.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "evaluation/record_set.hpp"

namespace srl::analysis {

namespace {

/// The records of files and folders. Says on stderr what makes them incomplete.
evaluation::RecordSet read_all(const std::vector<std::string>& paths) {
  evaluation::RecordSet all = evaluation::read_record_set(paths);
  for (const std::string& warning : all.warnings) { log_warning(warning); }
  if (all.records.empty()) { throw BadInput(cat("there are no records in ", join(paths, ", "))); }
  return all;
}

void add(RecordFigures& figures, const evaluation::RecordSet& set) {
  for (const evaluation::Record& record : set.records) { figures.add(record); }
}

void prepend(std::vector<std::string>& texts, const std::vector<std::string>& first) {
  texts.insert(texts.begin(), first.begin(), first.end());
}

Study study_of(const ReportOptions& options, const SeeRecord& seen = {}) {
  Study study =
      read_study(options.study, options.study_rows, options.study_compare, options.study_column, seen);
  for (const std::string& warning : study.warnings) { log_warning(warning); }
  return study;
}

Section change_section(const ReportOptions& options, RecordFigures& figures) {
  const evaluation::RecordSet before = read_all(options.before), after = read_all(options.after);
  for (const auto* set : {&before, &after}) { add(figures, *set); }
  Section section = section_of(change_of(before.records, after.records));
  for (const std::string& warning : section.warnings) { log_warning(warning); }
  prepend(section.warnings, after.warnings);
  prepend(section.warnings, before.warnings);
  return section;
}

/// The accuracy of the input, and what of it comes from contaminated questions.
struct InputTables {
  AccuracyTable accuracy;
  std::optional<Section> contamination;
};

InputTables input_tables(const ReportOptions& options, const std::function<void()>& tick,
                         RecordFigures& figures) {
  Answers answers;
  const std::vector<std::string> warnings =
      evaluation::visit_record_set(options.input, [&](const evaluation::Record& record, std::size_t input) {
        tick();
        answers.add(record, static_cast<std::int64_t>(input));
        figures.add(record);
      });
  for (const std::string& warning : warnings) { log_warning(warning); }
  if (answers.all().empty()) { throw BadInput(cat("there are no records in ", join(options.input, ", "))); }
  InputTables tables;
  std::optional<Contamination> contamination;
  AccuracyTable clean;
  if (!options.contamination.shards.empty()) {
    contamination = contamination_of(options.contamination, answers, tick);
    clean = accuracy_of(contamination->clean_answers(answers));
  }
  tables.accuracy = accuracy_of(std::move(answers));
  for (const std::string& warning : tables.accuracy.warnings) { log_warning(warning); }
  if (contamination) {
    tables.contamination = section_of(*contamination, tables.accuracy, clean);
    for (const std::string& warning : tables.contamination->warnings) { log_warning(warning); }
  }
  prepend(tables.accuracy.warnings, warnings);
  return tables;
}

Section training_section(const std::vector<TrainingRun>& runs) {
  Section section = section_of(runs);
  for (const std::string& warning : section.warnings) { log_warning(warning); }
  return section;
}

/// Whether the page shows the runs and the completions of a study beside its table.
bool page_of_study(const ReportOptions& options) {
  return !options.study.empty() && !options.html.empty() && options.input.empty() && options.before.empty() &&
         options.run.empty();
}

PageContent content_of(const ReportOptions& options, const job::Context& context) {
  PageContent content;
  std::vector<Section>& sections = content.document.sections;
  content.runs = read_runs(options.run);
  if (!options.picture.empty()) { write_file_atomically(options.picture, picture_of(content.runs)); }
  if (!options.study.empty()) {
    const bool shown = page_of_study(options);
    const SeeRecord seen = [&](const evaluation::Record& record) {
      context.watchdog.progress();
      if (shown) { content.records.add(record); }
    };
    sections.push_back(section_of(study_of(options, seen)));
  }
  if (!options.before.empty()) { sections.push_back(change_section(options, content.records)); }
  std::optional<AccuracyTable> accuracy;
  if (!options.input.empty()) {
    InputTables tables = input_tables(options, [&] { context.watchdog.progress(); }, content.records);
    accuracy = std::move(tables.accuracy);
    sections.push_back(section_of(*accuracy));
    if (tables.contamination) { sections.push_back(std::move(*tables.contamination)); }
    if (options.paper) { sections.push_back(paper_section(*accuracy)); }
    if (!options.results.empty()) { write_lm_eval(*accuracy, options.results); }
  }
  if (!options.metrics.empty()) {
    write_file_atomically(options.metrics, flat_metrics(accuracy ? &*accuracy : nullptr, options.run));
  }
  const bool own_records = !options.input.empty() || !options.before.empty();
  if (own_records && content.records.completions() > 0) { sections.push_back(section_of(content.records)); }
  if (!content.runs.empty()) { sections.push_back(training_section(content.runs)); }
  return content;
}

/// What the page of a study shows beside its table: the endings of its completions, and its runs.
void add_study(PageContent& content, const std::filesystem::path& study) {
  const std::vector<std::string> runs = runs_below(study / "runs");
  if (!runs.empty()) {
    content.runs = read_runs(runs);
    content.document.sections.push_back(section_of(content.runs));
  }
  if (content.records.completions() > 0) { content.document.sections.push_back(section_of(content.records)); }
}

/// Waits in short pieces, each of which the watchdog sees as progress.
void wait(double seconds, const job::Context& context) {
  for (const Timer timer; timer.seconds() < seconds;) {
    context.watchdog.progress();
    std::this_thread::sleep_for(
        std::chrono::duration<double>(std::clamp(seconds - timer.seconds(), 0.0, 1.0)));
  }
}

void write_page(const ReportOptions& options, const job::Context& context, PageContent content) {
  if (page_of_study(options)) { add_study(content, options.study); }
  content.command = command_of(context.job_name, context.arguments);
  write_file_atomically(options.html, page(content));
}

/// Prints the state of a run whenever it changes, until the run ends.
void watch(const ReportOptions& options, const job::Context& context) {
  std::string shown;
  while (true) {
    PageContent content;
    content.runs = read_runs({options.live});
    const TrainingRun& run = content.runs[0];
    const std::string line = state_line(run), end = end_of(run);
    const bool last = !end.empty() || options.live_every == 0;
    if (line != shown) { std::cout << line << std::endl; }
    if (!options.html.empty() && (line != shown || last)) {
      content.document.sections.push_back(training_section(content.runs));
      content.refresh_seconds = last ? 0 : std::max<std::int64_t>(std::llround(options.live_every), 1);
      write_page(options, context, std::move(content));
    }
    shown = line;
    if (!end.empty()) { std::cout << end << std::endl; }
    if (last || !std::cout) { return; }
    wait(options.live_every, context);
  }
}

void check(const ReportOptions& options) {
  if (!options.live.empty()) {
    const bool reports = !options.input.empty() || !options.run.empty() || !options.before.empty() ||
                         !options.study.empty() || !options.figure.empty();
    if (reports) { throw BadOption("--live shows one run: give nothing else to report"); }
    return;
  }
  const bool others = !options.input.empty() || !options.run.empty() || !options.before.empty();
  if (options.before.empty() != options.after.empty()) {
    throw BadOption("--before and --after must be given together");
  }
  if (!others && options.study.empty()) {
    throw BadOption(
        "srl_report needs record files or folders, --run DIR, --live DIR, --study DIR, or --before and "
        "--after");
  }
  if (options.input.empty() && (options.paper || !options.results.empty())) {
    throw BadOption("--paper and --results are about record files: give them with --input");
  }
  options.contamination.check(!options.input.empty());
  if (options.input.empty() && options.run.empty() && !options.metrics.empty()) {
    throw BadOption("--metrics is about record files and runs: give it with --input or --run");
  }
  if (options.run.empty() && !options.picture.empty()) {
    throw BadOption("--picture draws curves of runs: give it with --run");
  }
  if (options.figure.empty()) { return; }
  if (options.figure.size() != 2) { throw BadOption("--figure takes two values, ROW and COLUMN"); }
  if (options.study.empty() || others || !options.html.empty()) {
    throw BadOption(
        "--figure prints one number of a study: give it with --study DIR and nothing else to report");
  }
}

}  // namespace

std::string accuracy_text(const std::vector<evaluation::Record>& records) {
  return render({{section_of(accuracy_of(records))}}, ReportFormat::text);
}

int report(const ReportOptions& options, const job::Context& context) {
  check(options);
  if (!context.world.is_root()) { return 0; }
  if (!options.live.empty()) {
    watch(options, context);
  } else if (options.figure.empty()) {
    const PageContent content = content_of(options, context);
    std::cout << render(content.document, options.format);
    if (!options.html.empty()) { write_page(options, context, content); }
  } else {
    std::cout << figure(table_of(study_of(options)), options.figure[0], options.figure[1]) << "\n";
  }
  return 0;
}

}  // namespace srl::analysis
