#include "job/status_file.hpp"

#include <array>
#include <cstdlib>
#include <exception>

#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "job/launch/allocation.hpp"

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

Reached reached_before(const std::filesystem::path& status_file) {
  Reached reached;
  if (!std::filesystem::exists(status_file)) { return reached; }
  for (const std::string& line : split(read_file(status_file), '\n')) {
    if (line.starts_with("update=")) { reached.update = std::atoll(line.c_str() + 7); }
    if (line.starts_with("groups=")) { reached.groups = std::atoll(line.c_str() + 7); }
  }
  return reached;
}

void StatusFile::began_at(Reached from) {
  const std::lock_guard lock(mutex_);
  from_ = from;
}

void StatusFile::note(const std::string& name, const std::string& value) {
  const std::lock_guard lock(mutex_);
  if (value.empty()) {
    notes_.erase(name);
  } else {
    notes_[name] = one_line(value);
  }
}

void StatusFile::leave() {
  const std::lock_guard lock(mutex_);
  state_ = State::saved;
}

void StatusFile::start(Reached reached) {
  const std::lock_guard lock(mutex_);
  state_ = State::running;
  reached_ = reached;
  write_file("");
}

void StatusFile::set(State state, const std::string& reason, Reached reached, bool write) {
  const std::lock_guard lock(mutex_);
  state_ = state;
  reached_ = reached;
  if (write && !says_failed()) { write_file(reason); }
}

void StatusFile::set_failed(const std::string& reason) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (state_ == State::running) {
      state_ = State::failed;
      failed_here_ = true;
      write_file(reason);
    } else if (failed_here_ && !says_failed()) {
      write_file(reason);
    }
  } catch (const std::exception& error) {
    log_warning(cat("STATUS cannot be written and still says running: ", error.what()));
  }
}

bool StatusFile::says_failed() const {
  return std::filesystem::exists(file_) && read_file(file_).starts_with("state=failed\n");
}

void StatusFile::write_file(const std::string& reason) const {
  constexpr std::array names{"running", "saved", "finished", "failed"};
  std::string notes;
  for (const auto& [name, value] : notes_) { notes += cat(name, "=", value, "\n"); }
  write_file_atomically(
      file_, cat("state=", names[static_cast<std::size_t>(state_)], "\nreason=", one_line(reason),
                 "\nupdate=", reached_.update, "\njob_id=", batch_job(), "\ngroups=", reached_.groups,
                 "\nfrom=", from_.update, "\nfrom_groups=", from_.groups, "\nrestart=",
                 environment_word("SLURM_RESTART_COUNT", "0"), "\ntime=", utc_now(), "\n", notes));
}

}  // namespace srl::job
