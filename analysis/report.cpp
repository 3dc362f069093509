#include "analysis/report.hpp"

#include <iostream>
#include <optional>

#include "analysis/machine/flat_metrics.hpp"
#include "analysis/machine/lm_eval_results.hpp"
#include "analysis/paper/paper_table.hpp"
#include "analysis/render/figure.hpp"
#include "analysis/render/render.hpp"
#include "analysis/tables/accuracy.hpp"
#include "analysis/tables/change.hpp"
#include "analysis/tables/study.hpp"
#include "analysis/tables/training_curve.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
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

void prepend(std::vector<std::string>& texts, const std::vector<std::string>& first) {
  texts.insert(texts.begin(), first.begin(), first.end());
}

Study study_of(const ReportOptions& options) {
  Study study = read_study(options.study, options.study_rows, options.study_compare, options.study_column);
  for (const std::string& warning : study.warnings) { log_warning(warning); }
  return study;
}

Section change_section(const ReportOptions& options) {
  const evaluation::RecordSet before = read_all(options.before), after = read_all(options.after);
  Section section = section_of(change_of(before.records, after.records));
  for (const std::string& warning : section.warnings) { log_warning(warning); }
  prepend(section.warnings, after.warnings);
  prepend(section.warnings, before.warnings);
  return section;
}

AccuracyTable accuracy_table(const ReportOptions& options) {
  Answers answers;
  const std::vector<std::string> warnings =
      evaluation::visit_record_set(options.input, [&](const evaluation::Record& record, std::size_t input) {
        answers.add(record, static_cast<std::int64_t>(input));
      });
  for (const std::string& warning : warnings) { log_warning(warning); }
  if (answers.all().empty()) { throw BadInput(cat("there are no records in ", join(options.input, ", "))); }
  AccuracyTable table = accuracy_of(std::move(answers));
  for (const std::string& warning : table.warnings) { log_warning(warning); }
  prepend(table.warnings, warnings);
  return table;
}

Document document_of(const ReportOptions& options) {
  Document document;
  for (const std::string& run : options.run) {
    document.sections.push_back({"Training", {training_curve(run)}});
  }
  if (!options.study.empty()) { document.sections.push_back(section_of(study_of(options))); }
  if (!options.before.empty()) { document.sections.push_back(change_section(options)); }
  std::optional<AccuracyTable> accuracy;
  if (!options.input.empty()) {
    accuracy = accuracy_table(options);
    document.sections.push_back(section_of(*accuracy));
    if (options.paper) { document.sections.push_back(paper_section(*accuracy)); }
    if (!options.results.empty()) { write_lm_eval(*accuracy, options.results); }
  }
  if (!options.metrics.empty()) {
    write_file_atomically(options.metrics, flat_metrics(accuracy ? &*accuracy : nullptr, options.run));
  }
  return document;
}

void check(const ReportOptions& options) {
  const bool others = !options.input.empty() || !options.run.empty() || !options.before.empty();
  if (options.before.empty() != options.after.empty()) {
    throw BadOption("--before and --after must be given together");
  }
  if (!others && options.study.empty()) {
    throw BadOption(
        "srl_report needs record files or folders, --run DIR, --study DIR, or --before and --after");
  }
  if (options.input.empty() && (options.paper || !options.results.empty())) {
    throw BadOption("--paper and --results are about record files: give them with --input");
  }
  if (options.input.empty() && options.run.empty() && !options.metrics.empty()) {
    throw BadOption("--metrics is about record files and runs: give it with --input or --run");
  }
  if (options.figure.empty()) { return; }
  if (options.figure.size() != 2) { throw BadOption("--figure takes two values, ROW and COLUMN"); }
  if (options.study.empty() || others) {
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
  if (options.figure.empty()) {
    std::cout << render(document_of(options), options.format);
  } else {
    std::cout << figure(table_of(study_of(options)), options.figure[0], options.figure[1]) << "\n";
  }
  return 0;
}

}  // namespace srl::analysis
