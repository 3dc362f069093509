#pragma once
// main() of every job.
#include <string>
#include <utility>

#include "job/job.hpp"
#include "jobs/options/texts.hpp"

namespace srl::jobs {

/// The job `name`: reads the arguments into `options`, then runs `run(options, context)` on every rank
/// (job::run_job). Returns the exit code. Options with subcommands have visit(subcommand, visitor), others
/// visit(visitor).
template <class Options, class Run>
int job_main(int argc, char** argv, const std::string& name, Options& options, const Run& run) {
  const auto visit = [&](const std::string& command, config::Visitor& v) {
    if constexpr (requires { options.visit(command, v); }) {
      options.visit(command, v);
    } else {
      options.visit(v);
    }
  };
  return job::run_job(argc, argv, job_text(name), options.common, visit,
                      [&](job::Context& context) { return run(options, context); });
}

}  // namespace srl::jobs
