// srl_check: is this allocation fit for the job? Run first by people, and with --quick by every batch script.
#include "jobs/check/run.hpp"
#include "jobs/options/suite.hpp"

int main(int argc, char** argv) {
  srl::jobs::CheckOptions options;
  const srl::config::JobText text{
      .name = "srl_check",
      .purpose =
          "Checks ranks, threads, GPUs, network, disk, clocks, versions, options and inputs before a job. It "
          "knows the options of\n"
          "srl_prep, srl_train and srl_eval, so it takes the job's own arguments; exit 1 names the bad node.",
      .example =
          "mpirun -n 4 srl_check --quick --config jobs/presets/smollm2_laptop.ini --data data --model "
          "models/SmolLM2-135M-Instruct --run run",
      .suite = &srl::jobs::suite_names()};
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
      [&](srl::job::Context& context) { return srl::check::run(options, context); });
}
