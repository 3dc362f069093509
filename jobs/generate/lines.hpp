#pragma once
// Moves the lines of srl_generate: from the input of rank 0 to the ranks, and in order to the output.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "jobs/generate/source.hpp"
#include "jobs/io/line_files.hpp"

namespace srl::generate_job {

/// Input and output of rank 0; an empty name is stdin or stdout. With `resume`, lines that are already
/// answered are skipped, and an incomplete last one is removed. BadOption: resume without an output, or with
/// other facts (source.hpp) than those of the output. BadInput: the input does not exist, has fewer lines
/// than the output, or other ones than those answered. In these cases the output stays as it is.
/// EnvironmentError: cannot write.
class Lines {
 public:
  Lines(const std::string& input, const std::string& output, bool resume, const Json& facts);
  /// How many lines were read, without blank ones.
  std::int64_t next() const { return next_; }
  /// At most `most` lines, without blank ones.
  std::vector<JsonLine> read(std::size_t most);
  /// `given`: the input lines that `completed` answers.
  void write(const std::vector<JsonLine>& given, const std::vector<std::string>& completed);

 private:
  std::optional<jobs::LineFiles> files_;
  std::optional<Source> source_;
  JsonLine line_;  ///< the last one read
  std::int64_t next_ = 0;
};

/// Which lines each rank completes: the most expensive line first, each to the rank with the least work so
/// far. `new_tokens`: most new tokens of all completions of a line together. The cost is estimated: a decoded
/// token costs about as much as ten prompt tokens, and a prompt token is about four bytes of text.
std::vector<std::vector<std::size_t>> deal(const std::vector<JsonLine>& lines, std::size_t ranks,
                                           std::int64_t new_tokens);

/// Blob: how many lines were read before the round, then "index\tnumber\tline" for each line.
std::string pack(std::int64_t first, const std::vector<std::size_t>& indices,
                 const std::vector<JsonLine>& lines);

}  // namespace srl::generate_job
