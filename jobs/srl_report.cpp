// srl_report: turns graded records of srl_eval into tables with intervals.
#include "analysis/report.hpp"
#include "jobs/options/suite.hpp"

int main(int argc, char** argv) {
  srl::analysis::ReportOptions options;
  const srl::config::JobText text{.name = "srl_report",
                                  .purpose =
                                      "Prints tables with 95% intervals from records of srl_eval, and "
                                      "training curves from run directories.",
                                  .example = "srl_report results --format markdown",
                                  .positional = {"input"},
                                  .suite = &srl::jobs::suite_names()};
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
      [&](srl::job::Context& context) { return srl::analysis::report(options, context); });
}
