#include "jobs/generate/lines.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <numeric>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::generate_job {
namespace {

/// How many lines are whole; a torn last one is cut off.
std::int64_t keep_whole_lines(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) return 0;
  std::int64_t lines = 0;
  std::uintmax_t bytes = 0, whole = 0;
  for (std::string line; std::getline(file, line);) {
    bytes += line.size();
    if (file.eof()) break;
    whole = ++bytes;
    ++lines;
  }
  file.close();
  std::filesystem::resize_file(name, whole);
  return lines;
}

}  // namespace

Streams::Streams(const std::string& input, const std::string& output, bool resume) : output_name_(output) {
  if (resume && output.empty()) throw BadOption("--resume needs --output FILE: it goes on after the lines found there");
  if (!input.empty()) {
    in_file_.open(input, std::ios::binary);
    if (!in_file_) throw BadInput(cat("cannot read ", input));
  }
  if (output.empty()) return;
  const std::int64_t done = resume ? keep_whole_lines(output) : 0;
  out_file_.open(output, std::ios::binary | (done > 0 ? std::ios::app : std::ios::trunc));
  if (!out_file_) throw EnvironmentError(cat("cannot write ", output));
  for (std::string line; next_ < done && std::getline(in(), line);) ++next_;
  if (next_ < done) throw BadInput(cat(output, " holds ", done, " answers, but the input has only ", next_, " lines"));
  if (done > 0) log_info(cat("going on after ", done, " lines found in ", output));
}

std::istream& Streams::in() { return in_file_.is_open() ? in_file_ : std::cin; }

std::vector<std::string> Streams::read(std::size_t most) {
  std::vector<std::string> lines;
  for (std::string line; lines.size() < most && std::getline(in(), line);) lines.push_back(std::move(line));
  next_ += static_cast<std::int64_t>(lines.size());
  return lines;
}

void Streams::write(const std::vector<std::string>& lines) {
  std::ostream& out = out_file_.is_open() ? out_file_ : std::cout;
  for (const std::string& line : lines) out << line << '\n';
  if (!out.flush()) throw EnvironmentError(cat("cannot write ", output_name_.empty() ? "to stdout" : output_name_, ": is the disk full?"));
}

std::vector<std::vector<std::size_t>> deal(const std::vector<std::string>& lines, std::size_t ranks, std::int64_t new_tokens) {
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lines[a].size() > lines[b].size(); });
  const double decode = 10.0 * static_cast<double>(new_tokens);
  std::vector<double> load(ranks, 0.0);
  std::vector<std::vector<std::size_t>> dealt(ranks);
  for (const std::size_t line : order) {
    const auto rank = static_cast<std::size_t>(std::min_element(load.begin(), load.end()) - load.begin());
    load[rank] += decode + static_cast<double>(lines[line].size()) / 4;
    dealt[rank].push_back(line);
  }
  for (auto& one : dealt) std::sort(one.begin(), one.end());
  return dealt;
}

std::string pack(std::int64_t first, const std::vector<std::size_t>& indices, const std::vector<std::string>& lines) {
  std::string blob = std::to_string(first);
  for (const std::size_t index : indices) blob.append("\n").append(std::to_string(index)).append("\t").append(lines[index]);
  return blob;
}

}  // namespace srl::generate_job
