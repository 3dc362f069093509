#pragma once
// STATUS (docs/design.md, "STATUS"): lines state= reason= update= job_id= restart= time=, replaced
// atomically. Batch scripts read it to decide whether to requeue.
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

namespace srl::job {

enum class State { running, saved, finished, failed };

/// Any rank and thread may write it, because a rank may fail while rank 0 waits in a collective.
class StatusFile {
 public:
  explicit StatusFile(std::filesystem::path file) : file_(std::move(file)) {}
  /// Stores the state on this rank, and writes the file if `write`. `update`: the job's progress in its own
  /// unit.
  void set(State state, const std::string& reason, std::int64_t update, bool write);
  /// For error handling: never throws, and does not overwrite a final state.
  void set_failed(const std::string& reason) noexcept;

 private:
  void write_file(const std::string& reason) const;

  std::filesystem::path file_;
  std::mutex mutex_;
  State state_ = State::running;
  std::int64_t update_ = 0;
};

/// An environment variable's value, or `otherwise`.
std::string environment_word(const char* name, const char* otherwise = "");

}  // namespace srl::job
