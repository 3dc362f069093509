#include "jobs/check/row.hpp"

#include <algorithm>
#include <array>

#include "base/strings.hpp"

namespace srl::check {
namespace {

constexpr std::array outcome_words{"ok", "warning", "FAILED"};
constexpr std::size_t line_width = 110;

/// Wraps at spaces, so that the table fits on a terminal.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string& paragraph : split(text, '\n')) {
    std::string line;
    for (const std::string& word : split(paragraph, ' ')) {
      if (!line.empty() && line.size() + 1 + word.size() > width) {
        lines.push_back(line);
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    lines.push_back(line);
  }
  return lines;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

/// A host name or check for a comma-separated list, where a space would end the field.
std::string one_word(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == ' ' || c == ',' || c == '\n'; }, '_');
  return text;
}

std::string list(const std::vector<std::string>& words_of_list) {
  return words_of_list.empty() ? "-" : join(words_of_list, ",");
}

}  // namespace

std::string table(const std::vector<Row>& rows) {
  std::size_t first = 5;
  for (const Row& row : rows) { first = std::max(first, row.check.size()); }
  const std::size_t second = 7, left = first + second + 4;
  std::string text = cat(padded("check", first), "  ", padded("result", second), "  found\n");
  for (const Row& row : rows) {
    const std::vector<std::string> lines = wrapped(row.found, line_width - left);
    text +=
        cat(padded(row.check, first), "  ",
            padded(outcome_words[static_cast<std::size_t>(row.result)], second), "  ", lines.front(), "\n");
    for (std::size_t i = 1; i < lines.size(); ++i) { text += cat(std::string(left, ' '), lines[i], "\n"); }
  }
  return text;
}

std::string machine_line(const std::vector<Row>& rows, const std::vector<std::string>& host_of_rank) {
  std::vector<std::string> failed, warnings, ranks, nodes;
  std::set<int> bad;
  for (const Row& row : rows) {
    if (row.result == Result::failed) {
      failed.push_back(one_word(row.check));
      const bool everywhere = row.bad_ranks.size() == host_of_rank.size();
      if (!everywhere) { bad.insert(row.bad_ranks.begin(), row.bad_ranks.end()); }
    } else if (row.result == Result::warning) {
      warnings.push_back(one_word(row.check));
    }
  }
  for (const int rank : bad) {
    ranks.push_back(std::to_string(rank));
    const std::string host = one_word(host_of_rank.at(static_cast<std::size_t>(rank)));
    if (std::find(nodes.begin(), nodes.end(), host) == nodes.end()) { nodes.push_back(host); }
  }
  return cat("result=", failed.empty() ? "ok" : "failed", " bad_nodes=", list(nodes),
             " bad_ranks=", list(ranks), " failed=", list(failed), " warnings=", list(warnings));
}

std::string name_ranks(const std::set<int>& ranks, const std::vector<std::string>& host_of_rank) {
  if (ranks.empty()) { return "no rank"; }
  std::vector<std::string> runs, hosts;
  for (auto it = ranks.begin(); it != ranks.end();) {
    const int begin = *it;
    int end = begin;
    while (++it != ranks.end() && *it == end + 1) { end = *it; }
    runs.push_back(begin == end ? std::to_string(begin) : cat(begin, "-", end));
  }
  for (const int rank : ranks) {
    const std::string& host = host_of_rank.at(static_cast<std::size_t>(rank));
    if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) { hosts.push_back(host); }
  }
  if (ranks.size() > 1 && ranks.size() == host_of_rank.size()) { return "all ranks"; }
  return cat(ranks.size() == 1 ? "rank " : "ranks ", join(runs, ", "), " (", join(hosts, ", "), ")");
}

}  // namespace srl::check
