#include "job/status_file.hpp"

#include <array>
#include <cstdlib>
#include <exception>

#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::job {
namespace {

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') { c = ' '; }
  }
  return text;
}

}  // namespace

std::string environment_word(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

void StatusFile::set(State state, const std::string& reason, std::int64_t update, bool write) {
  const std::lock_guard lock(mutex_);
  state_ = state;
  update_ = update;
  if (write) { write_file(reason); }
}

void StatusFile::set_failed(const std::string& reason) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (state_ != State::running) { return; }
    state_ = State::failed;
    write_file(reason);
  } catch (const std::exception& error) {
    log_warning(cat("STATUS cannot be written and still says running: ", error.what()));
  }
}

void StatusFile::write_file(const std::string& reason) const {
  constexpr std::array names{"running", "saved", "finished", "failed"};
  write_file_atomically(
      file_, cat("state=", names[static_cast<std::size_t>(state_)], "\nreason=", one_line(reason),
                 "\nupdate=", update_, "\njob_id=", environment_word("SLURM_JOB_ID"),
                 "\nrestart=", environment_word("SLURM_RESTART_COUNT", "0"), "\ntime=", utc_now(), "\n"));
}

}  // namespace srl::job
