#pragma once
// The job srl_report: records and training curves in, text on stdout.
#include <string>
#include <vector>

#include "analysis/options.hpp"
#include "job/job.hpp"

namespace srl::analysis {

/// Rank 0 prints; results on stdout, warnings on stderr. Returns the exit code.
int report(const ReportOptions& options, const job::Context& context);

}  // namespace srl::analysis
