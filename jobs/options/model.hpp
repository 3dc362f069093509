#pragma once
// Options of srl_model, by subcommand.
#include <string>
#include <utility>
#include <vector>

#include "compute/options.hpp"
#include "device/options.hpp"
#include "job/options.hpp"

namespace srl::jobs {

enum class Architecture { none, mini };
SRL_WORDS(Architecture, "none", "mini");

struct ModelOptions {
  job::CommonOptions common;
  std::string model, input, output, other, words;
  device::DtypeChoice dtype = device::DtypeChoice::fp32;
  device::DeviceOptions device;  ///< of logits; its dtype is not used
  compute::ComputeOptions compute;
  Architecture architecture = Architecture::none;
  std::int64_t top = 10;
  bool all = false, check_finite = false;
  void visit(const std::string& command, config::Visitor& v);
  static std::vector<std::pair<std::string, std::string>> subcommands();  ///< names and meanings for --help
};

}  // namespace srl::jobs
