#pragma once
// The job srl_report. The way of figures through this room:
//   records of sweeps, metrics of runs → measure: counts, means, intervals, paired tests
//   → tables: one line per benchmark, model or study → text on stdout
// A comparison of two models pairs the answers to the same questions.
#include <string>
#include <vector>

#include "analysis/options.hpp"
#include "job/job.hpp"

namespace srl::analysis {

/// Rank 0 prints; results on stdout, warnings on stderr. Returns the exit code.
int report(const ReportOptions& options, const job::Context& context);

}  // namespace srl::analysis
