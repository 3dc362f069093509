#include "analysis/report.hpp"

#include <iostream>

#include "analysis/tables/change.hpp"
#include "analysis/tables/study.hpp"
#include "analysis/tables/table.hpp"
#include "analysis/tables/training_curve.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

namespace {

/// The records of files and folders; torn and unfinished ones are told.
std::vector<evaluation::Record> all_records(const std::vector<std::string>& words) {
  std::vector<evaluation::Record> records;
  for (const auto& file : evaluation::record_files(words)) {
    evaluation::RecordFile read = evaluation::read_records(file);
    // srl_eval leaves a STATUS of the same number beside its records.
    const std::string number = file.stem().string().substr(file.stem().string().rfind('_') + 1);
    const std::filesystem::path status = file.parent_path() / ("STATUS_" + number);
    if (std::filesystem::exists(status) && read_file(status).find("state=finished\n") == std::string::npos) {
      log_warning(cat(file.string(), ": INCOMPLETE, ", status.filename().string(),
                      " does not say finished: run the same srl_eval again first"));
    }
    if (read.torn_last_line) {
      log_warning(cat(file.string(), ": the last line is torn (a killed job) and left out"));
    }
    records.insert(records.end(), read.records.begin(), read.records.end());
  }
  if (records.empty()) { throw BadInput("no records in the files given"); }
  return records;
}

}  // namespace

int report(const ReportOptions& options, const job::Context& context) {
  if (options.before.empty() != options.after.empty()) {
    throw BadOption("--before and --after go together");
  }
  if (options.input.empty() && options.run.empty() && options.study.empty() && options.before.empty()) {
    throw BadOption(
        "srl_report needs record files or folders, --run DIR, --study DIR, or --before and --after");
  }
  if (!context.world.is_root()) { return 0; }
  for (const std::string& run : options.run) { std::cout << run << "\n" << training_curve(run) << "\n"; }
  if (!options.study.empty()) {
    std::cout << render(
        read_study(options.study, options.study_rows, options.study_compare, options.study_column),
        options.format);
  }
  if (!options.before.empty()) {
    std::cout << render(change_of(all_records(options.before), all_records(options.after)), options.format);
  }
  if (options.input.empty()) { return 0; }
  const Table table = make_table(all_records(options.input));
  for (const std::string& warning : table.warnings) { log_warning(warning); }
  std::cout << render(table, options.format);
  return 0;
}

}  // namespace srl::analysis
