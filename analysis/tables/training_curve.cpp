#include "analysis/tables/training_curve.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::string number(const Json& line, const char* key, int digits) {
  const Json* value = line.find(key);
  return value != nullptr && value->is_number() ? fixed(value->as_double(), digits) : "-";
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) { text.insert(0, width - text.size(), ' '); }
  return text + "  ";
}

}  // namespace

std::string training_curve(const std::filesystem::path& path, int rows) {
  const auto file = std::filesystem::is_directory(path) ? path / "metrics.jsonl" : path;
  std::vector<std::string> lines = split(read_file(file), '\n');
  lines.pop_back();  // what follows the last line end: nothing, or a line that a running or killed job has
                     // not finished
  std::vector<Json> updates;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) { continue; }
    updates.push_back(Json::parse(lines[i], cat(file.string(), " line ", i + 1)));
    updates.back().at("update");
  }
  if (updates.empty()) { throw BadInput(cat(file.string(), ": no updates")); }
  std::set<std::size_t> shown;
  const std::size_t last = updates.size() - 1,
                    wanted = std::min<std::size_t>(static_cast<std::size_t>(rows), updates.size());
  for (std::size_t i = 0; i < wanted; ++i) { shown.insert(wanted == 1 ? 0 : i * last / (wanted - 1)); }
  std::string text;
  for (const char* title : {"update", "reward", "format", "filtered", "entropy", "tokens", "grad norm"}) {
    text += padded(title, 9);
  }
  text += '\n';
  for (std::size_t i : shown) {
    const Json& u = updates[i];
    for (const std::string& cell :
         {number(u, "update", 0), number(u, "reward_mean", 4), number(u, "format_rate", 3),
          number(u, "filtered_share", 3), number(u, "entropy", 3), number(u, "answer_tokens_mean", 1),
          number(u, "grad_norm", 4)}) {
      text += padded(cell, 9);
    }
    text += '\n';
  }
  return text;
}

}  // namespace srl::analysis
