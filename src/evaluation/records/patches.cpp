#include "evaluation/patches.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evaluation/options.hpp"
#include "evaluation/record.hpp"
#include "evaluation/task_files.hpp"

namespace srl::evaluation {
namespace {

constexpr std::size_t none = std::string_view::npos;

/// The text between two marks; empty when one is missing.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t begin = text.find(open);
  if (begin == none) { return {}; }
  const std::size_t end = text.find(close, begin + open.size());
  return end == none ? std::string_view() : text.substr(begin + open.size(), end - begin - open.size());
}

/// The content of a fence with one of these words. A line "```" closes it: a patch's own lines begin with a
/// space, + or -.
std::string_view fenced(std::string_view text) {
  for (const std::string_view open : {"```diff\n", "```patch\n"}) {
    if (const std::string_view inside = between(text, open, "\n```"); !inside.empty()) { return inside; }
  }
  return {};
}

/// From the first line that begins a diff.
std::string_view from_header(std::string_view text) {
  for (const std::string_view header : {"diff --git ", "--- a/"}) {
    if (text.starts_with(header)) { return text; }
    const std::size_t at = text.find(cat("\n", header));
    if (at != none) { return text.substr(at + 1); }
  }
  return {};
}

/// Without empty lines at both ends, with one newline at the end. Spaces are part of a patch.
std::string whole_lines(std::string_view patch) {
  while (!patch.empty() && (patch.front() == '\n' || patch.front() == '\r')) { patch.remove_prefix(1); }
  while (!patch.empty() && (patch.back() == '\n' || patch.back() == '\r')) { patch.remove_suffix(1); }
  return patch.empty() ? "" : cat(patch, "\n");
}

/// For a file's name.
std::string as_name(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                 c == '_' || c == '-');
      },
      '_');
  return text;
}

}  // namespace

std::string patch_in(std::string_view answer) {
  for (const auto& [open, close] : {std::pair{"<patch>", "</patch>"}, std::pair{"<diff>", "</diff>"}}) {
    const std::string_view inside = between(answer, open, close);
    if (inside.empty()) { continue; }
    const std::string_view in_fence = fenced(inside);
    return whole_lines(in_fence.empty() ? inside : in_fence);
  }
  if (answer.find("<patch>") != none || answer.find("<diff>") != none) { return ""; }
  if (const std::string_view inside = fenced(answer); !inside.empty()) { return whole_lines(inside); }
  if (answer.find("```diff\n") != none || answer.find("```patch\n") != none) { return ""; }
  return whole_lines(from_header(answer));
}

Predictions write_predictions(const std::filesystem::path& folder, const PatchSource& source) {
  std::map<std::pair<std::size_t, std::int64_t>, Json> lines;  // by benchmark and question
  Predictions predictions;
  for (const std::filesystem::path& file : task_files(folder, EvaluationView::patch)) {
    for (const Record& record : read_records(file).records) {
      const auto benchmark =
          std::find(source.benchmarks.begin(), source.benchmarks.end(), record.benchmark_checksum);
      if (benchmark == source.benchmarks.end() || record.model_checksum != source.checksum ||
          record.settings != source.settings) {
        continue;
      }
      Json line = Json::object();
      line["instance_id"] = record.id;
      line["model_name_or_path"] = source.model;
      line["model_patch"] = record.answer;
      const auto place = static_cast<std::size_t>(benchmark - source.benchmarks.begin());
      const bool added = lines.emplace(std::pair{place, record.question}, std::move(line)).second;
      predictions.with_patch += added && !record.answer.empty();
    }
  }
  std::string content;
  for (const auto& [place, line] : lines) { content += line.dump() + "\n"; }
  predictions.instances = std::ssize(lines);
  const std::string setting = source.setting.empty() ? "" : "_" + source.setting;
  predictions.file = folder / as_name(cat("predictions_", source.model, setting, ".jsonl"));
  write_file_atomically(predictions.file, content);
  return predictions;
}

}  // namespace srl::evaluation
