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
  /// Rank 0 makes the folder, options.ini, provenance.json (code version, library versions, hosts, ranks,
  /// `extra`) and STATUS running. Other ranks only learn the path. Collective. EnvironmentError when it
  /// cannot be written.
  RunDirectory(const Context& context, std::filesystem::path folder, const Json& extra_provenance);
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;
  /// Says `failed` in STATUS when the life ends without a last `set_status` other than running (run_job's
  /// catch, which knows the message, has then already written it if an exception is the reason).
  ~RunDirectory();
  const std::filesystem::path& folder() const;
  /// Call on every rank. Rank 0 replaces STATUS atomically: state= reason= update= job_id= restart= time=.
  void set_status(State state, const std::string& reason, std::int64_t update);
  /// Rank 0 appends one JSON line, e.g. append("metrics.jsonl", {...}). Flushed at once.
  void append(const std::string& file, const Json& line);
  /// Rank 0: cuts every *.jsonl of the folder to lines whose "update" is <= update (resume), a torn last line
  /// included, and removes rollouts/update_N.jsonl of later updates.
  void cut_after(std::int64_t update);

 private:
  std::filesystem::path folder_;
  bool root_ = false;
  std::shared_ptr<FailureNote> on_failure_;
  std::shared_ptr<StatusFile> status_;
};

}  // namespace srl::job
