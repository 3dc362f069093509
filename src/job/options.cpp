#include "job/options.hpp"

namespace srl::job {

void CommonOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("config", config, "INI file with options; the command line wins over it");
  v.option("threads", threads, "threads a rank; auto = the cores it is bound to, or its share of the node's", {0, 4096, "auto"});
  v.option("seed", seed, "seed of everything random", config::at_least(0));
  v.section("comm");
  v.option("watchdog_seconds", watchdog_seconds, "end the job when no rank makes progress for so many seconds; 0 = never",
           config::at_least(0.0));
  v.section("");
}

void StopOptions::visit(config::Visitor& v) {
  v.section("job");
  v.option("end_time", end_time, "UTC time or seconds since 1970 at which the job will be ended; default SLURM_JOB_END_TIME when set");
  v.option("stop_margin_seconds", stop_margin_seconds, "save and end when less than this is left", config::at_least(0.0));
  v.option("term_seconds", term_seconds, "time for a checkpoint after TERM or INT; 0 = write none", config::at_least(0.0));
}

}  // namespace srl::job
