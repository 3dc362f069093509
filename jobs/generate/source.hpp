#pragma once
// What the lines of an output file were made from, in the file OUTPUT.source beside it, so that --resume does
// not mix completions of different models, options or inputs.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "job/job.hpp"
#include "jobs/generation/on_device.hpp"
#include "jobs/options/generate.hpp"

namespace srl::generate_job {

/// Everything besides the input that a completion depends on: the checksum of the model's files, and the
/// options, and on a GPU that and the type of the weights. Reads all weights.
Json facts_of(const jobs::GenerateOptions& options, const jobs::Place& place, const job::Context& context);

/// The first line of OUTPUT.source has the facts; then it has one line per answered input line, the checksum
/// of that line. They are written before the completions, so OUTPUT.source has at least as many lines as
/// OUTPUT.
class Source {
 public:
  /// Starts the file. Without one for an output that is not a regular file (a pipe, /dev/null).
  Source(const std::string& output, const Json& facts);
  /// Resumes after `done` answered lines. BadInput without OUTPUT.source, or when it does not have the
  /// checksums of `done` lines. BadOption, naming them, when facts differ.
  Source(const std::string& output, const Json& facts, std::int64_t done);
  /// BadInput when `line` is not the input line of the answered one at `index` (from 0).
  void check_line(std::int64_t index, const JsonLine& line) const;
  /// After check_line() for all answered lines: cuts what lies behind them, and is ready to write.
  void resume();
  void write(const std::vector<JsonLine>& lines);

 private:
  void check_written(const std::ostream& out) const;

  std::filesystem::path file_;
  std::string output_, head_;
  std::vector<std::string> answered_;  ///< checksums, until resume()
  std::ofstream out_;
};

}  // namespace srl::generate_job
