#pragma once
// Input and output of a program that reads and writes lines: stdin and stdout, or the files of --input and
// --output.
#include <fstream>
#include <iosfwd>
#include <string>

namespace srl::jobs {

class LineFiles {
 public:
  /// An empty name is stdin or stdout. `append` keeps the content of the output file. BadInput when the input
  /// cannot be read, EnvironmentError when the output cannot be written.
  LineFiles(const std::string& input, const std::string& output, bool append = false);
  std::istream& in();
  std::ostream& out();
  /// EnvironmentError when the output could not be written (a full disk, a closed pipe).
  void flush();

 private:
  std::string output_name_;
  std::ifstream in_file_;
  std::ofstream out_file_;
};

}  // namespace srl::jobs
