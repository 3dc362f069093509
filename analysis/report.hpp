#pragma once
// The job srl_report. Data flow:
//   records of sweeps, metrics of runs → measure: counts, means, intervals, paired tests
//   → tables: one line per benchmark, model or study → render: text on stdout
//   the tables, and figures and examples of records and runs → page: one HTML file
// A comparison of two models pairs the answers to the same questions.
#include <string>
#include <vector>

#include "analysis/options.hpp"
#include "evaluation/record.hpp"
#include "job/job.hpp"

namespace srl::analysis {

/// The table of accuracies of some records, as text.
std::string accuracy_text(const std::vector<evaluation::Record>& records);

/// Rank 0 prints the results to stdout and the warnings to stderr. Returns the exit code.
int report(const ReportOptions& options, const job::Context& context);

}  // namespace srl::analysis
