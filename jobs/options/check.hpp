#pragma once
// Options of srl_check: its own and those of the jobs that it runs before, so that `srl_check --quick
// ARGUMENTS OF THE JOB` finds every wrong option. The options of the parts that need LibTorch are plain C++,
// so srl_check does not link LibTorch.
#include <filesystem>
#include <string>
#include <vector>

#include "data_prep/options.hpp"
#include "evaluation/options.hpp"
#include "job/options.hpp"
#include "training/options.hpp"

namespace srl::jobs {

struct CheckOptions {
  job::CommonOptions common;
  bool quick = false;
  config::Bytes file_bytes;  ///< each rank writes and reads this much; 0 = 64M, 8M with --quick
  config::Bytes need_bytes;  ///< required free space; 0 = what srl_train will write with these options
  double max_skew_seconds = 5;
  training::Options train;            ///< also data, model, run
  data_prep::PrepareOptions prepare;  ///< also input, output
  evaluation::SweepOptions sweep;

  CheckOptions() { common.watchdog_seconds = 30; }
  void visit(config::Visitor& v);

  /// Where the job will write: the run directory, else the output, else the current folder.
  std::filesystem::path target() const;
  std::uint64_t bytes_per_rank() const;
};

}  // namespace srl::jobs
