#pragma once
// The run directory (docs/design.md, "Files"): options.ini provenance.json STATUS log.txt metrics.jsonl
// samples.jsonl checkpoints/ export/.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/json.hpp"
#include "job/job.hpp"
#include "job/status_file.hpp"

namespace srl::job {

class RunDirectory {
 public:
  /// Collective. Rank 0 creates the folder, options.ini, provenance.json (code version, library versions,
  /// hosts, ranks, `extra_provenance`) and STATUS running. Other ranks only store the path. Throws
  /// EnvironmentError if the folder cannot be written.
  RunDirectory(const Context& context, std::filesystem::path folder, const Json& extra_provenance);
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;
  /// Writes `failed` to STATUS if the last `set_status` was running. After an exception it writes nothing,
  /// because run_job's catch writes STATUS with the message.
  ~RunDirectory();
  const std::filesystem::path& folder() const;
  /// Call it on every rank. Rank 0 replaces STATUS atomically: state= reason= update= job_id= restart= time=.
  void set_status(State state, const std::string& reason, std::int64_t update);
  /// Rank 0 appends one JSON line, e.g. append("metrics.jsonl", {...}), and flushes it.
  void append(const std::string& file, const Json& line);
  /// For a resume after `update`, rank 0 removes all later lines (by their "update") and incomplete lines
  /// from every *.jsonl of the folder, and removes rollouts/update_N.jsonl of later updates.
  void cut_after(std::int64_t update);

 private:
  std::filesystem::path folder_;
  bool root_ = false;
  std::shared_ptr<FailureNote> on_failure_;
  std::shared_ptr<StatusFile> status_;
};

}  // namespace srl::job
