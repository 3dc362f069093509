#pragma once
// Lines of srl_generate on their way: from rank 0's input, dealt to the ranks, and in order into its output.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobs/io/line_files.hpp"

namespace srl::generate_job {

/// Rank 0's input and output; an empty name is stdin or stdout. With `resume` the lines already answered are
/// passed over, and a torn last one is cut off. BadOption: resume without an output. BadInput: no such input,
/// or fewer lines than there are answers. EnvironmentError: cannot write.
class Lines {
 public:
  Lines(const std::string& input, const std::string& output, bool resume);
  /// Number from 0 of the next line.
  std::int64_t next() const { return next_; }
  std::vector<std::string> read(std::size_t most);
  void write(const std::vector<std::string>& lines);

 private:
  std::optional<jobs::LineFiles> files_;
  std::int64_t next_ = 0;
};

/// Which lines each rank answers: the dearest first, each to the rank with the least work so far.
/// `new_tokens`: most of a line's answers together. Cost is estimated from the text: a decoded token weighs
/// about as much as ten prompt tokens, a prompt token is about four bytes.
std::vector<std::vector<std::size_t>> deal(const std::vector<std::string>& lines, std::size_t ranks,
                                           std::int64_t new_tokens);

/// Blob: the number of the first line of the round, then "index\tline" for each line.
std::string pack(std::int64_t first, const std::vector<std::size_t>& indices,
                 const std::vector<std::string>& lines);

}  // namespace srl::generate_job
