#pragma once
// Starts a program and collects its output. Kills it after a time limit.
#include <functional>
#include <string>
#include <vector>

namespace srl::test {

struct Outcome {
  int exit_code = -1;      ///< 128 + signal when a signal ended it
  bool timed_out = false;  ///< killed at the time limit
  std::string out, err;
};

/// Calls while_running(pid, stderr so far) about 20 times per second.
Outcome run_process(const std::vector<std::string>& command, double timeout_seconds,
                    const std::function<void(int, const std::string&)>& while_running = {});

}  // namespace srl::test
