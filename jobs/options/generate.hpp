#pragma once
// Options of srl_generate.
#include <string>

#include "device/options.hpp"
#include "job/options.hpp"
#include "rollout/options.hpp"

namespace srl::jobs {

struct GenerateOptions {
  job::CommonOptions common;
  rollout::SamplingOptions sampling;
  rollout::RolloutOptions rollout;
  device::DeviceOptions device;
  std::string model, input, output;
  std::string chat_template = "auto";
  std::int64_t completions = 1;
  bool resume = false;
  void visit(config::Visitor& v);
};

}  // namespace srl::jobs
