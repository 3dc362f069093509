#include "analysis/report.hpp"

#include <iostream>

#include "analysis/render/figure.hpp"
#include "analysis/render/render.hpp"
#include "analysis/runs/run_section.hpp"
#include "analysis/tables/accuracy.hpp"
#include "analysis/tables/change.hpp"
#include "analysis/tables/study.hpp"
#include "base/error.hpp"
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

Section accuracy_section(const ReportOptions& options) {
  const evaluation::RecordSet all = read_all(options.input);
  Section section = section_of(accuracy_of(all.records));
  for (const std::string& warning : section.warnings) { log_warning(warning); }
  prepend(section.warnings, all.warnings);
  return section;
}

Document document_of(const ReportOptions& options) {
  Document document;
  if (!options.run.empty()) {
    document.sections.push_back(section_of(read_runs(options.run)));
    for (const std::string& warning : document.sections.back().warnings) { log_warning(warning); }
  }
  if (!options.study.empty()) { document.sections.push_back(section_of(study_of(options))); }
  if (!options.before.empty()) { document.sections.push_back(change_section(options)); }
  if (!options.input.empty()) { document.sections.push_back(accuracy_section(options)); }
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
