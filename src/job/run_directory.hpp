#pragma once
// The run directory (docs/design.md, "Files"): options.ini provenance.json STATUS log.txt metrics.jsonl
// samples.jsonl checkpoints/ export/.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/not_copied.hpp"
#include "job/job.hpp"
#include "job/status_file.hpp"

namespace srl::job {

class RunDirectory : NotCopied {
 public:
  /// Collective. Rank 0 creates the folder and STATUS running, and logs to log.txt from now on. STATUS keeps
  /// the update that an earlier start reached. Call it before anything that can fail, but after the lock
  /// (run_lock.hpp): a failure writes `failed`. Throws EnvironmentError if the folder cannot be written.
  RunDirectory(const Context& context, std::filesystem::path folder);
  /// Writes `failed` to STATUS if the last `set_status` was running. After an exception it writes nothing,
  /// because run_job's catch writes STATUS with the message.
  ~RunDirectory();
  const std::filesystem::path& folder() const;
  /// Collective, once it is known that the job runs. Rank 0 writes options.ini and provenance.json (code
  /// version, library versions, hosts, ranks, `extra`). `from`: where this start begins.
  void describe(const Context& context, const Json& extra, Reached from);
  /// Call it on every rank when the job is refused and leaves the run as it was: STATUS says again what it
  /// said before.
  void refuse();
  /// Call it on every rank. Rank 0 replaces STATUS atomically.
  void set_status(State state, const std::string& reason, Reached reached);
  /// A further line of STATUS (status_file.hpp) from the next set_status on.
  void note(const std::string& name, const std::string& value);
  /// Rank 0 appends one JSON line, e.g. append("metrics.jsonl", {...}), and flushes it.
  void append(const std::string& file, const Json& line);
  /// For a resume after `update`, rank 0 removes all later lines (by their "update") and incomplete lines
  /// from `files`, which this job writes, and removes rollouts/update_N.jsonl of later updates. Other files
  /// of the folder are the user's.
  void cut_after(std::int64_t update, const std::vector<std::string>& files);
  /// Only the lines of one file.
  void cut_lines_after(std::int64_t update, const std::string& name);

 private:
  std::filesystem::path folder_;
  bool root_ = false;
  std::optional<std::string> status_before_;  ///< STATUS of the earlier start, on rank 0
  std::shared_ptr<FailureNote> on_failure_;
  std::shared_ptr<StatusFile> status_;
};

}  // namespace srl::job
