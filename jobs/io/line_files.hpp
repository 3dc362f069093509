#pragma once
// Input and output of a program that reads and writes lines: stdin and stdout, or the files of --input and
// --output.
#include <fstream>
#include <iosfwd>
#include <string>

namespace srl::jobs {

/// BadOption when input and output are the same file (device and inode): writing would destroy the input. An
/// empty name is stdin or stdout.
void refuse_same_file(const std::string& input, const std::string& output);

class LineFiles {
 public:
  /// An empty name is stdin or stdout. `append` keeps the content of the output file; otherwise it is
  /// replaced by the first line written, so a job that fails before leaves it as it was. BadOption when both
  /// are the same file, BadInput when the input cannot be read, EnvironmentError when the output cannot be
  /// written.
  LineFiles(const std::string& input, const std::string& output, bool append = false);
  std::istream& in();
  std::ostream& out();
  /// EnvironmentError when the output could not be written (a full disk, a closed pipe).
  void flush();

 private:
  void open_output(std::ios::openmode mode);

  std::string output_name_;
  bool replaces_ = false;  ///< the output still has its old content
  std::ifstream in_file_;
  std::ofstream out_file_;
};

}  // namespace srl::jobs
