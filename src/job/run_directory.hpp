#pragma once
// The run directory (DESIGN, Edges): options.ini provenance.json STATUS log.txt metrics.jsonl samples.jsonl checkpoints/ export/.
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "job/job.hpp"

namespace srl::job {

enum class State { running, saved, finished, failed };

class RunDirectory {
 public:
  /// Rank 0 makes the folder, options.ini, provenance.json (code version, library versions, hosts, ranks, `extra`) and STATUS running.
  /// Other ranks only learn the path. Collective. EnvironmentError when it cannot be written.
  RunDirectory(const Context& context, std::filesystem::path folder, const Json& extra_provenance);
  /// An exception on its way out marks STATUS failed; a normal end must have called `set_status`.
  ~RunDirectory();
  const std::filesystem::path& folder() const;
  /// Rank 0 replaces STATUS atomically: state= reason= update= job_id= restart= time=.
  void set_status(State state, const std::string& reason, std::int64_t update);
  /// Rank 0 appends one JSON line, e.g. append("metrics.jsonl", {...}). Flushed at once.
  void append(const std::string& file, const Json& line);
  /// Rank 0: cuts every *.jsonl of the folder to lines whose "update" is <= update (resume).
  void cut_after(std::int64_t update);

 private:
  std::filesystem::path folder_;
  bool root_ = false;
  std::int64_t update_ = 0;
  bool closed_ = false;
};

}  // namespace srl::job
