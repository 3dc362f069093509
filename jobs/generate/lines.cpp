#include "jobs/generate/lines.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::generate_job {
namespace {

/// Number of complete lines. Removes an incomplete last line from the file.
std::int64_t keep_whole_lines(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) { return 0; }
  std::int64_t lines = 0;
  std::uintmax_t bytes = 0, whole = 0;
  for (std::string line; std::getline(file, line);) {
    bytes += line.size();
    if (file.eof()) { break; }
    whole = ++bytes;
    ++lines;
  }
  file.close();
  std::filesystem::resize_file(name, whole);
  return lines;
}

}  // namespace

Lines::Lines(const std::string& input, const std::string& output, bool resume) {
  if (resume && output.empty()) {
    throw BadOption("--resume needs --output FILE: it resumes after the lines found there");
  }
  const std::int64_t done = resume ? keep_whole_lines(output) : 0;
  files_.emplace(input, output, done > 0);
  for (std::string line; next_ < done && std::getline(files_->in(), line);) { ++next_; }
  if (next_ < done) {
    throw BadInput(cat(output, " holds ", done, " lines, but the input has only ", next_));
  }
  if (done > 0) { log_info(cat("resuming after ", done, " lines found in ", output)); }
}

std::vector<std::string> Lines::read(std::size_t most) {
  std::vector<std::string> lines;
  for (std::string line; lines.size() < most && std::getline(files_->in(), line);) {
    lines.push_back(std::move(line));
  }
  next_ += static_cast<std::int64_t>(lines.size());
  return lines;
}

void Lines::write(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) { files_->out() << line << '\n'; }
  files_->flush();
}

std::vector<std::vector<std::size_t>> deal(const std::vector<std::string>& lines, std::size_t ranks,
                                           std::int64_t new_tokens) {
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return lines[a].size() > lines[b].size(); });
  const double decode = 10.0 * static_cast<double>(new_tokens);
  std::vector<double> load(ranks, 0.0);
  std::vector<std::vector<std::size_t>> dealt(ranks);
  for (const std::size_t line : order) {
    const auto rank = static_cast<std::size_t>(std::min_element(load.begin(), load.end()) - load.begin());
    load[rank] += decode + static_cast<double>(lines[line].size()) / 4;
    dealt[rank].push_back(line);
  }
  for (auto& one : dealt) { std::sort(one.begin(), one.end()); }
  return dealt;
}

std::string pack(std::int64_t first, const std::vector<std::size_t>& indices,
                 const std::vector<std::string>& lines) {
  std::string blob = std::to_string(first);
  for (const std::size_t index : indices) {
    blob.append("\n").append(std::to_string(index)).append("\t").append(lines[index]);
  }
  return blob;
}

}  // namespace srl::generate_job
