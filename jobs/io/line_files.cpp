#include "jobs/io/line_files.hpp"

#include <iostream>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::jobs {

LineFiles::LineFiles(const std::string& input, const std::string& output, bool append)
    : output_name_(output) {
  std::ios::sync_with_stdio(false);
  if (!input.empty()) {
    in_file_.open(input, std::ios::binary);
    if (!in_file_) { throw BadInput(cat("cannot read ", input)); }
  }
  if (!output.empty()) {
    out_file_.open(output, std::ios::binary | (append ? std::ios::app : std::ios::trunc));
    if (!out_file_) { throw EnvironmentError(cat("cannot write ", output)); }
  }
}

std::istream& LineFiles::in() {
  return in_file_.is_open() ? in_file_ : std::cin;
}

std::ostream& LineFiles::out() {
  return out_file_.is_open() ? out_file_ : std::cout;
}

void LineFiles::flush() {
  if (!out().flush()) {
    throw EnvironmentError(
        cat("cannot write ", output_name_.empty() ? "to stdout" : output_name_, ": is the disk full?"));
  }
}

}  // namespace srl::jobs
