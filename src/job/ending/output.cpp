#include "job/ending/output.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::job {

void outlive_closed_pipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

bool output_is_written() {
  errno = 0;
  std::cout.flush();
  std::fflush(stdout);
  const int reason = errno;  // 0 when an earlier write failed
  if (std::cout && std::ferror(stdout) == 0) { return true; }
  log_error(cat("stdout could not be written", reason == 0 ? "" : cat(": ", std::strerror(reason)),
                "; the output is not complete"));
  return false;
}

}  // namespace srl::job
