#include "jobs/generate/lines.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::generate_job {
namespace {

struct WholeLines {
  std::int64_t count = 0;
  std::uintmax_t bytes = 0;  ///< behind them there may be an incomplete line
};

WholeLines whole_lines(const std::string& name) {
  WholeLines whole;
  std::ifstream file(name, std::ios::binary);
  std::uintmax_t bytes = 0;
  for (std::string line; std::getline(file, line) && !file.eof();) {
    bytes += line.size() + 1;
    whole = {whole.count + 1, bytes};
  }
  return whole;
}

}  // namespace

Lines::Lines(const std::string& input, const std::string& output, bool resume, const Json& facts) {
  if (resume && output.empty()) {
    throw BadOption("--resume needs --output FILE: it resumes after the lines found there");
  }
  jobs::refuse_same_file(input, output);
  const WholeLines done = resume ? whole_lines(output) : WholeLines{};
  if (done.count == 0) {
    files_.emplace(input, output, false);
    source_.emplace(output, facts);
    return;
  }
  source_.emplace(output, facts, done.count);
  files_.emplace(input, output, true);
  for (; next_ < done.count && next_json_line(files_->in(), line_); ++next_) {
    source_->check_line(next_, line_);
  }
  if (next_ < done.count) {
    throw BadInput(cat(output, " holds ", counted(done.count, "line"), ", but the input has only ", next_));
  }
  source_->resume();
  std::filesystem::resize_file(output, done.bytes);
  log_info(cat("resuming after ", counted(done.count, "line"), " found in ", output));
}

std::vector<JsonLine> Lines::read(std::size_t most) {
  std::vector<JsonLine> lines;
  while (lines.size() < most && next_json_line(files_->in(), line_)) { lines.push_back(line_); }
  next_ += static_cast<std::int64_t>(lines.size());
  return lines;
}

void Lines::write(const std::vector<JsonLine>& given, const std::vector<std::string>& completed) {
  source_->write(given);
  for (const std::string& line : completed) { files_->out() << line << '\n'; }
  files_->flush();
}

std::vector<std::vector<std::size_t>> deal(const std::vector<JsonLine>& lines, std::size_t ranks,
                                           std::int64_t new_tokens) {
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return lines[a].text.size() > lines[b].text.size(); });
  const double decode = 10.0 * static_cast<double>(new_tokens);
  std::vector<double> load(ranks, 0.0);
  std::vector<std::vector<std::size_t>> dealt(ranks);
  for (const std::size_t line : order) {
    const auto rank = static_cast<std::size_t>(std::min_element(load.begin(), load.end()) - load.begin());
    load[rank] += decode + static_cast<double>(lines[line].text.size()) / 4;
    dealt[rank].push_back(line);
  }
  for (auto& one : dealt) { std::sort(one.begin(), one.end()); }
  return dealt;
}

std::string pack(std::int64_t first, const std::vector<std::size_t>& indices,
                 const std::vector<JsonLine>& lines) {
  std::string blob = std::to_string(first);
  for (const std::size_t index : indices) {
    blob += cat("\n", index, "\t", lines[index].number, "\t", lines[index].text);
  }
  return blob;
}

}  // namespace srl::generate_job
