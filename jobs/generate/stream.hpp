#pragma once
// JSON lines of prompts through all ranks and back in order; rank 0 reads and writes.
#include <string>

#include "device/device.hpp"
#include "job/job.hpp"
#include "rollout/generate.hpp"

namespace srl::generate_job {

struct Options {
  job::CommonOptions common;
  rollout::SamplingOptions sampling;
  rollout::RolloutOptions rollout;
  device::DeviceOptions device;
  std::string model, input, output;
  std::string chat_template = "auto";
  std::int64_t answers = 1;
  bool resume = false;
  void visit(config::Visitor& v);
};

/// Collective. One line out for each line in: {"ids", "text", "logprobs", "finish_reason", "seconds"}, or with more than one answer
/// {"answers": [such objects]}. The random numbers of a line depend on the seed and its number (or its field "draw") only, so the answers
/// are the same on any number of ranks, and with "draw" in any order. A line that cannot be used gives {"line": number from 1, "error"}; returns 1 when there was one, else 0.
int run(const Options& options, job::Context& context);

}  // namespace srl::generate_job
