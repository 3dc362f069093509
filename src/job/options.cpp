#include "job/options.hpp"

namespace srl::job {

void CommonOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("config", config, "INI file with options; the command line overrides it");
  v.option("threads", threads,
           "threads per rank; auto = the cores that the rank is bound to, or its share of the node's cores",
           {0, 4096, "auto"});
  v.option("seed", seed, "seed of all random numbers", config::at_least(0));
  v.section("comm");
  v.option("watchdog_seconds", watchdog_seconds,
           "seconds without progress on any rank after which the job is ended; 0 = never",
           config::at_least(0.0));
  v.section("");
}

void StopOptions::visit(config::Visitor& v) {
  v.section("job");
  v.option("end_time", end_time,
           "time at which the scheduler will end the job, UTC or seconds since 1970; empty = "
           "SLURM_JOB_END_TIME, if set");
  v.option("stop_margin_seconds", stop_margin_seconds,
           "seconds before the end time at which the job saves and ends", config::at_least(0.0));
  v.option("term_seconds", term_seconds, "seconds for a checkpoint after TERM or INT; 0 = write none",
           config::at_least(0.0));
  v.option("saved_exit_code", saved_exit_code,
           "exit code when the job saved its state before the end of its work, so that `srl_train … && "
           "srl_eval …` stops there; the batch scripts set 0",
           {0, 125});
}

}  // namespace srl::job
