#pragma once
// Options of srl_prep, by subcommand; the subcommand "" prepares.
#include <string>
#include <utility>
#include <vector>

#include "data_prep/options.hpp"
#include "job/options.hpp"

namespace srl::jobs {

struct PrepOptions {
  job::CommonOptions common;
  data_prep::PrepareOptions prepare;
  data_prep::GuessOptions guess;
  data_prep::InspectOptions inspect;
  data_prep::VerifyOptions verify;
  data_prep::ExportOptions exported;
  data_prep::GenerateOptions generate;
  void visit(const std::string& command, config::Visitor& v);
  static std::vector<std::pair<std::string, std::string>> subcommands();  ///< names and meanings for --help
};

}  // namespace srl::jobs
