#pragma once
// Subcommands of srl_model.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "job/job.hpp"

namespace srl::model_job {

struct Options {
  job::CommonOptions common;
  std::string model, input, output, other, dtype = "fp32", preset = "none";
  std::int64_t top = 10;
  bool all = false, check_finite = false;
  /// The options of one subcommand.
  void visit(const std::string& command, config::Visitor& v);
};

/// Words and their meanings for --help.
std::vector<std::pair<std::string, std::string>> subcommands();
/// Runs context.subcommand on rank 0 (other ranks have nothing to do). Returns the exit code.
int run(const Options& options, const job::Context& context);

}  // namespace srl::model_job
