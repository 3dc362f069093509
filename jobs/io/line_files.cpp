#include "jobs/io/line_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <iostream>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"

namespace srl::jobs {

void refuse_same_file(const std::string& input, const std::string& output) {
  struct stat in{}, out{};
  if (output.empty() || ::stat(output.c_str(), &out) != 0 || !S_ISREG(out.st_mode)) { return; }
  const bool known = input.empty() ? ::fstat(STDIN_FILENO, &in) == 0 : ::stat(input.c_str(), &in) == 0;
  if (known && in.st_dev == out.st_dev && in.st_ino == out.st_ino) {
    throw BadOption(cat("--output ", output, " is the file that is read: name another file"));
  }
}

LineFiles::LineFiles(const std::string& input, const std::string& output, bool append)
    : output_name_(output) {
  refuse_same_file(input, output);
  std::ios::sync_with_stdio(false);
  if (!input.empty()) {
    if (std::filesystem::is_directory(input)) {
      throw BadInput(cat(input, " is a folder: give a file of JSON lines"));
    }
    in_file_.open(input, std::ios::binary);
    if (!in_file_) { throw BadInput(cat("cannot read ", input, ": ", reason_of(errno))); }
  }
  if (!output.empty()) {
    open_output(std::ios::app);
    replaces_ = !append;
  }
}

void LineFiles::open_output(std::ios::openmode mode) {
  out_file_.open(output_name_, std::ios::binary | mode);
  if (!out_file_) { throw EnvironmentError(cat("cannot write ", output_name_, ": ", reason_of(errno))); }
}

std::istream& LineFiles::in() {
  return in_file_.is_open() ? in_file_ : std::cin;
}

std::ostream& LineFiles::out() {
  if (replaces_) {
    out_file_.close();
    open_output(std::ios::trunc);
    replaces_ = false;
  }
  return out_file_.is_open() ? out_file_ : std::cout;
}

void LineFiles::flush() {
  if (!out().flush()) {
    throw EnvironmentError(
        cat("cannot write ", output_name_.empty() ? "to stdout" : output_name_, ": ", reason_of(errno)));
  }
}

}  // namespace srl::jobs
