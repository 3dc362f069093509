#include "job/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::job {
namespace {

/// Time between redraws on a terminal, and between lines in a log file.
constexpr double terminal_seconds = 0.2, log_seconds = 30;

std::string amount(double value) {
  return value >= 100 || value == static_cast<double>(static_cast<long long>(value)) ? fixed(value, 0)
                                                                                     : fixed(value, 1);
}

}  // namespace

Progress::Progress(std::string what, std::string unit, double total, bool speaks)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      speaks_(speaks),
      terminal_(::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (speaks_ && terminal_ && last_shown_ >= 0) { std::fputs("\r\x1b[K", stderr); }
}

std::string Progress::text(double done, double seconds) const {
  std::string line = cat(what_, ": ", amount(done));
  if (total_ > 0) { line += cat(" of ", amount(total_)); }
  line += " " + unit_;
  // Work that was already done at the first call (a resumed run) does not count towards the rate.
  const double fresh = done - std::max(started_at_, 0.0);
  if (fresh > 0 && seconds > 0) {
    const double rate = fresh / seconds;
    line += cat(", ", rate >= 1 ? fixed(rate, 1) + "/s" : human_seconds(1 / rate) + " each");
    if (total_ > done) { line += cat(", ", human_seconds((total_ - done) / rate), " left"); }
  }
  return line;
}

void Progress::update(double done, const std::string& note) {
  if (!speaks_) { return; }
  if (started_at_ < 0) {
    started_at_ = done;
    timer_.restart();
    last_shown_ = terminal_ ? -1e9 : 0;
  }
  const double now = timer_.seconds();
  const bool last = total_ > 0 && done >= total_ && done > started_at_;
  if (!last && now - last_shown_ < (terminal_ ? terminal_seconds : log_seconds)) { return; }
  last_shown_ = now;
  const std::string line = cat(text(done, now), note.empty() ? "" : ", ", note);
  if (terminal_) {
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    std::fflush(stderr);
  } else {
    log_info(line);
  }
}

}  // namespace srl::job
