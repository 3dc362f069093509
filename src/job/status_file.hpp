#pragma once
// STATUS (docs/design.md, "STATUS"): lines state= reason= update= job_id= restart= time=, replaced
// atomically. Batch scripts go by it.
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

namespace srl::job {

enum class State { running, saved, finished, failed };

/// Any rank and thread may write it: whoever fails while rank 0 waits must still leave the truth behind.
class StatusFile {
 public:
  explicit StatusFile(std::filesystem::path file) : file_(std::move(file)) {}
  /// Notes the state on this rank, and writes it when `write`. `update`: how far the job is, in its own unit.
  void set(State state, const std::string& reason, std::int64_t update, bool write);
  /// For the way out of a failure: never throws, and does not overwrite a state that is already final.
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
