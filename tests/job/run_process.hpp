#pragma once
// Starts a program, gathers its output, and never waits longer than told.
#include <functional>
#include <string>
#include <vector>

namespace srl::test {

struct Outcome {
  int exit_code = -1;      ///< 128 + signal when killed by one
  bool timed_out = false;  ///< it was killed because it did not end
  std::string out, err;
};

/// `while_running(pid, stderr so far)` is called about 20 times a second.
Outcome run_process(const std::vector<std::string>& command, double timeout_seconds,
                    const std::function<void(int, const std::string&)>& while_running = {});

}  // namespace srl::test
