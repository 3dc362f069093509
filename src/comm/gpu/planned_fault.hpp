#pragma once
// A fault that a test plans for the collectives of emulated GPUs. The environment variable
// SRL_EMULATED_COLLECTIVE_FAULT describes it as RANK:NUMBER:KIND. Collectives are counted from 0. The
// fault happens in the middle of that collective of that rank, when the other ranks have begun it too. KIND
// is
//   error   the collective never ends and its group reports an error, as NCCL does when a connection breaks
//   kill    the process is killed
//   stop    the process is stopped, as on a node that no longer answers
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::comm {

struct PlannedFault {
  std::int64_t rank = -1, number = -1;  ///< -1: none
  std::string kind = {};

  /// True if the collective `at` of rank `of` is to fail. A fault of another kind happens here.
  bool happens(std::int64_t of, std::int64_t at) const {
    if (of != rank || at != number) { return false; }
    if (kind != "error") { std::raise(kind == "kill" ? SIGKILL : SIGSTOP); }
    return kind == "error";
  }
};

/// BadOption if the variable has another form.
inline PlannedFault planned_fault() {
  const char* const name = "SRL_EMULATED_COLLECTIVE_FAULT";
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') { return {}; }
  PlannedFault fault;
  char first = 0, second = 0;
  std::istringstream(value) >> fault.rank >> first >> fault.number >> second >> fault.kind;
  const bool known = fault.kind == "error" || fault.kind == "kill" || fault.kind == "stop";
  if (first != ':' || second != ':' || fault.rank < 0 || fault.number < 0 || !known) {
    throw BadOption(cat("environment: ", name, "=", value, " is not RANK:NUMBER:error, kill or stop"));
  }
  return fault;
}

}  // namespace srl::comm
