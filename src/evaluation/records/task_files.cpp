#include "evaluation/task_files.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace srl::evaluation {
namespace {

const char* prefix_of(EvaluationView view) {
  return view == EvaluationView::patch ? "patches_" : "records_";
}

}  // namespace

std::string records_name(std::int64_t task, EvaluationView view) {
  return cat(prefix_of(view), zero_padded(task, 5), ".jsonl");
}

std::vector<std::filesystem::path> task_files(const std::filesystem::path& folder, EvaluationView view) {
  std::vector<std::filesystem::path> files;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix_of(view)) && name.ends_with(".jsonl")) { files.push_back(entry.path()); }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace srl::evaluation
