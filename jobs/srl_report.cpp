// srl_report: turns graded records of srl_eval and training runs into tables with intervals, and a page.
#include "analysis/report.hpp"
#include "jobs/options/job_main.hpp"

int main(int argc, char** argv) {
  srl::analysis::ReportOptions options;
  return srl::jobs::job_main(argc, argv, "srl_report", options, srl::analysis::report);
}
