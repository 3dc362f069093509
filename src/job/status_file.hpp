#pragma once
// STATUS (docs/design.md, "STATUS"): lines state= reason= update= job_id= groups= from= from_groups= restart=
// time=, further lines such as total=, replaced atomically. Batch scripts read it to decide whether to
// requeue.
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

namespace srl::job {

enum class State { running, saved, finished, failed };

/// How far a job is, in its own unit. Groups that an interrupted update keeps are progress too.
struct Reached {
  Reached(std::int64_t done = 0, std::int64_t kept_groups = 0) : update(done), groups(kept_groups) {}
  std::int64_t update = 0, groups = 0;
};

/// What the file of an earlier start says; zeros when there is none.
Reached reached_before(const std::filesystem::path& status_file);

/// Any rank and thread may write it, because a rank may fail while rank 0 waits in a collective.
class StatusFile {
 public:
  explicit StatusFile(std::filesystem::path file) : file_(std::move(file)) {}
  /// Where this start began, for all later calls: a start that does not get further made no progress.
  void began_at(Reached from);
  /// A further line NAME=VALUE of the file, from its next writing on, until it is replaced; an empty
  /// value removes it.
  void note(const std::string& name, const std::string& value);
  /// Writes that this start is running, over whatever an earlier start has left.
  void start(Reached reached);
  /// Stores the state on this rank, and writes the file if `write`, unless another rank has written there
  /// that the job has failed.
  void set(State state, const std::string& reason, Reached reached, bool write);
  /// From now on set_failed() writes nothing: the job was refused and has changed nothing.
  void leave();
  /// For error handling: never throws, and does not overwrite a final state. Called again, it writes the
  /// failure again if another rank has meanwhile written over it.
  void set_failed(const std::string& reason) noexcept;

 private:
  bool says_failed() const;
  void write_file(const std::string& reason) const;

  std::filesystem::path file_;
  std::mutex mutex_;
  State state_ = State::running;
  bool failed_here_ = false;  ///< by set_failed(), not by set()
  Reached reached_, from_;
  std::map<std::string, std::string> notes_;
};

/// An environment variable's value, or `otherwise`.
std::string environment_word(const char* name, const char* otherwise = "");

}  // namespace srl::job
