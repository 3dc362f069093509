// srl_check: checks an allocation before a job. People run it first; every batch script runs it with --quick.
#include "jobs/check/run.hpp"
#include "jobs/options/suite.hpp"

int main(int argc, char** argv) {
  srl::jobs::CheckOptions options;
  const srl::config::JobText text{
      .name = "srl_check",
      .purpose =
          "Checks ranks, threads, GPUs, network, disk, clocks, versions, options and inputs before a job. It "
          "knows the options of\n"
          "srl_prep, srl_train and srl_eval, so it takes the job's own arguments. If a check fails, it names "
          "the bad node and exits with 1.",
      .example =
          "mpirun -n 4 srl_check --quick --config jobs/presets/smollm2_laptop.ini --data data --model "
          "models/SmolLM2-135M-Instruct --run run",
      .suite = &srl::jobs::suite_names()};
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
      [&](srl::job::Context& context) { return srl::check::run(options, context); });
}
