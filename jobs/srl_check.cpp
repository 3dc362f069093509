// srl_check: checks an allocation before a job. People run it first; every batch script runs it with --quick.
#include "jobs/check/run.hpp"
#include "jobs/options/job_main.hpp"

int main(int argc, char** argv) {
  srl::jobs::CheckOptions options;
  return srl::jobs::job_main(argc, argv, "srl_check", options, srl::check::run);
}
