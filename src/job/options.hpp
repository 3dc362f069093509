#pragma once
// Options that every job has, and those about the time a job has left.
#include <cstdint>
#include <string>

#include "config/options.hpp"

namespace srl::job {

/// Options of every job: config, threads, seed, comm.watchdog_seconds. (--help and --version are built in.)
/// Visit them first in a job's visit.
struct CommonOptions {
  std::string config;
  std::int64_t threads = 0;  ///< 0 = auto
  std::int64_t seed = 0;
  double watchdog_seconds = 300;
  void visit(config::Visitor& v);
};

struct StopOptions {
  std::string end_time;  ///< UTC time or seconds since the epoch; empty = SLURM_JOB_END_TIME, if set
  double stop_margin_seconds = 60;
  double term_seconds = 20;          ///< 0 = never write a checkpoint on TERM or INT
  std::int64_t saved_exit_code = 0;  ///< exit code of a job that saved its state and is not finished
  void visit(config::Visitor& v);    ///< section "job"
};

}  // namespace srl::job
