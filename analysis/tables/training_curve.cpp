#include "analysis/tables/training_curve.hpp"

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::vector<Json> updates_of(const std::filesystem::path& file) {
  std::vector<std::string> lines = split(read_file(file), '\n');
  // After the last line end there is nothing, or an unfinished line of a running or killed job.
  lines.pop_back();
  std::vector<Json> updates;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) { continue; }
    updates.push_back(Json::parse(lines[i], cat(file.string(), " line ", i + 1)));
    updates.back().at("update");
  }
  if (updates.empty()) { throw BadInput(cat(file.string(), ": no updates")); }
  return updates;
}

Series series_of(const std::vector<Json>& updates, const char* name, const char* key, int digits) {
  Series series{name, digits, {}};
  for (const Json& update : updates) {
    const Json* value = update.find(key);
    const bool number = value != nullptr && value->is_number();
    series.values.push_back(number ? std::optional(value->as_double()) : std::nullopt);
  }
  return series;
}

}  // namespace

Curve training_curve(const std::filesystem::path& path) {
  const auto updates = updates_of(std::filesystem::is_directory(path) ? path / "metrics.jsonl" : path);
  return {.title = path.string(),
          .x = series_of(updates, "update", "update", 0),
          .series = {series_of(updates, "reward", "reward_mean", 4),
                     series_of(updates, "format", "format_rate", 3),
                     series_of(updates, "filtered", "filtered_share", 3),
                     series_of(updates, "entropy", "entropy", 3),
                     series_of(updates, "tokens", "answer_tokens_mean", 1),
                     series_of(updates, "grad norm", "grad_norm", 4)}};
}

}  // namespace srl::analysis
