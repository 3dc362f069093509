#include "jobs/options/presets.hpp"

#include <algorithm>
#include <filesystem>

#include "base/files.hpp"
#include "base/strings.hpp"
#include "config/ini.hpp"

namespace srl::jobs {
namespace {

namespace fs = std::filesystem;

/// The jobs whose options the file sets: a file with options of training is srl_train's also where srl_eval
/// shares some of them. srl_check takes the arguments of both.
std::vector<std::string> jobs_of(const config::Ini& ini) {
  std::vector<std::string> jobs;
  for (const auto& [section, job] :
       {std::pair{"training", "srl_train"}, std::pair{"evaluation", "srl_eval"}}) {
    const auto named = [name = section](const config::IniSection& one) { return one.name == name; };
    if (std::any_of(ini.sections.begin(), ini.sections.end(), named)) { jobs.emplace_back(job); }
  }
  return jobs;
}

/// The first sentence of the comment at the top.
std::string meaning_of(const std::string& text) {
  std::string comment;
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with("; ")) { break; }
    comment += (comment.empty() ? "" : " ") + line.substr(2);
  }
  const std::size_t end = std::min(comment.find(". "), comment.find(" (docs/"));
  std::string first = comment.substr(0, end);
  while (first.ends_with('.') || first.ends_with(':')) { first.pop_back(); }
  return first;
}

void add_presets(const fs::path& folder, const std::string& prefix, std::vector<config::Preset>& presets) {
  std::error_code none;
  for (const fs::directory_entry& file : fs::directory_iterator(folder, none)) {
    if (file.path().extension() != ".ini") { continue; }
    const std::string text = read_file(file.path());
    std::vector<std::string> jobs = jobs_of(config::read_ini(text));
    if (jobs.empty()) { continue; }
    presets.push_back(
        {prefix + file.path().stem().string(), file.path().string(), meaning_of(text), std::move(jobs)});
  }
}

}  // namespace

std::vector<config::Preset> presets() {
  std::error_code none;
  const fs::path share = fs::read_symlink("/proc/self/exe", none).parent_path().parent_path() / "share/srl";
  std::vector<config::Preset> presets;
  add_presets(share / "jobs/presets", "", presets);
  add_presets(share / "studies/miniature/presets", "mini_", presets);
  std::sort(presets.begin(), presets.end(),
            [](const config::Preset& a, const config::Preset& b) { return a.name < b.name; });
  return presets;
}

}  // namespace srl::jobs
