#include "analysis/page/samples.hpp"

#include <algorithm>
#include <set>

#include "analysis/page/clipped.hpp"
#include "base/error.hpp"
#include "base/file_stream.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t most_tail_bytes = 1U << 20;

/// The complete lines in the last `most_tail_bytes` of a file, as JSON. A file that another program is
/// writing or that is damaged gives what can be read: examples are not figures.
std::vector<Json> last_lines(const fs::path& file) {
  std::vector<Json> lines;
  if (!fs::is_regular_file(file)) { return lines; }
  const FileReader reader(file);
  const std::uint64_t bytes = std::min(reader.size(), most_tail_bytes);
  std::string text(bytes, '\0');
  reader.read(reader.size() - bytes, text.data(), text.size());
  std::size_t begin = bytes == reader.size() ? 0 : text.find('\n');
  for (std::size_t end = 0; begin < text.size() && (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    if (end == begin) { continue; }
    try {
      lines.push_back(Json::parse(std::string_view(text).substr(begin, end - begin), file.string()));
    } catch (const BadInput&) { continue; }
  }
  return lines;
}

std::string text_at(const Json& line, std::string_view key, std::size_t bytes) {
  const Json* value = line.find(key);
  return value != nullptr && value->is_string() ? clipped(value->as_string(), bytes) : "";
}

Rollout rollout_of(const Json& line) {
  Rollout rollout;
  const Json *update = line.find("update"), *reward = line.find("reward");
  if (update != nullptr && update->is_integer()) { rollout.update = update->as_integer(); }
  if (reward != nullptr && reward->is_number()) { rollout.reward = reward->as_double(); }
  rollout.solution = text_at(line, "solution", 200);
  rollout.prompt = text_at(line, "prompt", 4000);
  rollout.thought = text_at(line, "thought", 2000);
  rollout.action = text_at(line, "action", 3000);
  rollout.target = text_at(line, "target", 3000);
  rollout.format_error = text_at(line, "format_error", 100);
  rollout.text = text_at(line, "text", 3000);
  rollout.dropped = text_at(line, "dropped", 100);
  return rollout;
}

bool right_format(const Rollout& rollout) {
  return rollout.format_error.empty() || rollout.format_error == "none";
}

}  // namespace

std::vector<Rollout> chosen_rollouts(const TrainingRun& run) {
  std::vector<Rollout> right, wrong, chosen;
  const std::vector<Json> lines = last_lines(run.folder / "samples.jsonl");
  const auto newest = std::min<std::ptrdiff_t>(std::ssize(lines), 64);
  for (auto line = lines.rbegin(); line != lines.rbegin() + newest; ++line) {
    Rollout rollout = rollout_of(*line);
    (right_format(rollout) ? right : wrong).push_back(std::move(rollout));
  }
  std::stable_sort(right.begin(), right.end(),
                   [](const Rollout& a, const Rollout& b) { return a.reward > b.reward; });
  std::set<std::size_t> places;
  if (!right.empty()) { places = {0, right.size() / 2, right.size() - 1}; }
  for (const std::size_t place : places) { chosen.push_back(right[place]); }
  if (!wrong.empty()) { chosen.push_back(wrong.front()); }
  return chosen;
}

std::map<std::int64_t, std::int64_t> rollout_lengths(const TrainingRun& run) {
  std::map<std::int64_t, std::int64_t> lengths;
  const fs::path folder = run.folder / "rollouts";
  if (!fs::is_directory(folder)) { return lengths; }
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".jsonl") { files.insert(entry.path()); }
  }
  constexpr std::size_t newest = 4;
  std::size_t read = 0;
  for (auto file = files.rbegin(); file != files.rend() && read < newest; ++file, ++read) {
    for (const Json& line : last_lines(*file)) {
      const Json* ids = line.find("answer_ids");
      if (ids != nullptr && ids->is_array()) { ++lengths[std::ssize(ids->as_array())]; }
    }
  }
  return lengths;
}

}  // namespace srl::analysis
