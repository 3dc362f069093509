#include "analysis/runs/training_run.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

namespace fs = std::filesystem;

/// The value at "a.b" of an object, when it is a finite number.
std::optional<double> number_at(const Json& object, std::string_view key) {
  const Json* value = &object;
  for (const std::string& part : split(key, '.')) { value = value == nullptr ? nullptr : value->find(part); }
  if (value == nullptr || !value->is_number() || !std::isfinite(value->as_double())) { return {}; }
  return value->as_double();
}

/// The place of an update in `measured`. A line that repeats an update replaces what was there.
std::size_t place_of(Measured& measured, std::int64_t update, std::size_t figures) {
  measured.values.resize(figures);
  const auto found = std::lower_bound(measured.updates.begin(), measured.updates.end(), update);
  const auto place = static_cast<std::size_t>(found - measured.updates.begin());
  if (found == measured.updates.end() || *found != update) {
    measured.updates.insert(found, update);
    for (auto& values : measured.values) {
      values.insert(values.begin() + static_cast<std::ptrdiff_t>(place), std::nullopt);
    }
  }
  return place;
}

void set(Measured& measured, std::int64_t update, const std::vector<RunFigure>& figures, const Json& line) {
  const std::size_t place = place_of(measured, update, figures.size());
  for (std::size_t f = 0; f < figures.size(); ++f) {
    measured.values[f][place] = number_at(line, figures[f].key);
  }
}

/// An update that kept no group trained nothing: it has no entropy and no gradient, and its zeros are not
/// measurements.
Json without_untrained(Json line) {
  const bool sampled = number_at(line, "rollouts_sampled").value_or(0) > 0;
  if (!sampled || number_at(line, "groups").value_or(1) > 0) { return line; }
  for (const char* figure : {"entropy", "grad_norm", "loss", "clip_fraction"}) { line[figure] = nullptr; }
  return line;
}

/// Without one right format there is no similarity given format.
void set_validation(TrainingRun& run, std::int64_t update, Json validation) {
  if (number_at(validation, "format_rate").value_or(1) == 0) {
    for (const char* figure : {"similarity_given_format", "control_shuffled"}) {
      validation[figure] = nullptr;
    }
  }
  set(run.validations, update, validation_figures(), validation);
}

void count_completions(TrainingRun& run, const Json& line, std::size_t place) {
  run.rewards.resize(run.updates.updates.size());
  const Json* histogram = line.find("reward_histogram");
  if (histogram == nullptr || !histogram->is_array()) { return; }
  std::vector<std::int64_t>& counts = run.rewards[place];
  counts.clear();
  for (const Json& count : histogram->as_array()) {
    counts.push_back(count.as_integer());
    run.completions += counts.back();
  }
  if (const Json* errors = line.find("format_errors"); errors != nullptr && errors->is_object()) {
    for (const auto& [error, count] : errors->as_object()) { run.format_errors[error] += count.as_integer(); }
  }
}

void read_metrics(TrainingRun& run, const fs::path& file) {
  std::int64_t repeated = 0;
  each_update(file, [&](const Json& line, std::int64_t update) {
    const auto& before = run.updates.updates;
    const bool again = std::binary_search(before.begin(), before.end(), update);
    repeated += again;
    set(run.updates, update, update_figures(), without_untrained(line));
    set(run.times, update, time_figures(), line);
    const Json* validation = line.find("validation");
    if (validation != nullptr) { set_validation(run, update, *validation); }
    if (!again) { count_completions(run, line, place_of(run.updates, update, update_figures().size())); }
  });
  if (repeated > 0) {
    run.warnings.push_back(cat(file.string(), ": ", counted(repeated, "line", "repeats", "repeat"),
                               " an update; the last line of each update is shown"));
  }
}

std::map<std::string, std::string> status_of(const fs::path& file) {
  std::map<std::string, std::string> fields;
  if (!fs::exists(file)) { return fields; }
  for (const std::string& line : split(read_file(file), '\n')) {
    const std::size_t equal = line.find('=');
    if (equal != std::string::npos) { fields[line.substr(0, equal)] = line.substr(equal + 1); }
  }
  return fields;
}

TrainingRun read_run(const std::string& path) {
  TrainingRun run;
  run.path = path;
  const fs::path metrics = metrics_of(path);
  run.folder = metrics.parent_path();
  run.status = status_of(run.folder / "STATUS");
  constexpr std::string_view finding = "finding.";  // what the run has found wrong with itself
  for (const auto& [name, text] : run.status) {
    if (name.starts_with(finding)) { run.warnings.push_back(cat(path, ": ", text)); }
  }
  if (!fs::exists(metrics) && run.status.empty()) {
    throw BadInput(cat(path, ": not a run directory: it has neither metrics.jsonl nor STATUS"));
  }
  const fs::path provenance = run.folder / "provenance.json";
  if (fs::exists(provenance)) { run.provenance = Json::parse(read_file(provenance), provenance.string()); }
  each_update(run.folder / "validation.jsonl", [&](const Json& line, std::int64_t update) {
    if (const Json* validation = line.find("validation")) { set_validation(run, update, *validation); }
  });
  read_metrics(run, metrics);
  return run;
}

/// Short names that tell the runs apart: of the leading folders that all have, only the last is kept.
void name_runs(std::vector<TrainingRun>& runs) {
  std::vector<std::vector<std::string>> parts;
  for (const TrainingRun& run : runs) {
    std::vector<std::string>& of_run = parts.emplace_back();
    for (const fs::path& part : fs::path(run.path).lexically_normal()) {
      if (!part.empty()) { of_run.push_back(part.string()); }
    }
  }
  std::size_t common = 0;
  const auto all_have = [&](std::size_t place) {
    return std::all_of(parts.begin(), parts.end(), [&](const auto& of_run) {
      return place + 1 < of_run.size() && of_run[place] == parts[0][place];
    });
  };
  while (runs.size() > 1 && all_have(common)) { ++common; }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const std::vector<std::string> kept(
        parts[r].begin() + static_cast<std::ptrdiff_t>(common > 0 ? common - 1 : 0), parts[r].end());
    runs[r].name = runs.size() > 1 && kept[0] != "/" ? join(kept, "/") : runs[r].path;
  }
}

}  // namespace

fs::path metrics_of(const fs::path& run) {
  return fs::is_directory(run) ? run / "metrics.jsonl" : run;
}

void each_update(const fs::path& file, const std::function<void(const Json&, std::int64_t)>& take) {
  if (!fs::exists(file)) { return; }
  const std::string content = read_file(file);
  std::int64_t number = 1;
  for (std::size_t begin = 0, end = 0; (end = content.find('\n', begin)) != std::string::npos; ++number) {
    const std::string_view text = std::string_view(content).substr(begin, end - begin);
    begin = end + 1;
    if (text.empty()) { continue; }
    const std::string where = cat(file.string(), " line ", number);
    const Json line = Json::parse(text, where);
    const Json* update = line.find("update");
    if (update == nullptr || !update->is_integer()) {
      throw BadInput(cat(where, ": not a line of srl_train: 'update' is missing or not an integer"));
    }
    take(line, update->as_integer());
  }
}

const RunFigure& figure_named(const std::vector<RunFigure>& figures, std::string_view name) {
  const auto found =
      std::find_if(figures.begin(), figures.end(), [&](const RunFigure& f) { return f.name == name; });
  if (found == figures.end()) { throw Bug(cat("there is no figure ", name)); }
  return *found;
}

std::vector<std::optional<double>> values_of(const Measured& measured, const std::vector<RunFigure>& figures,
                                             std::string_view name) {
  const auto place = static_cast<std::size_t>(&figure_named(figures, name) - figures.data());
  return place < measured.values.size() ? measured.values[place] : std::vector<std::optional<double>>();
}

std::string TrainingRun::state() const {
  const auto found = status.find("state");
  return found == status.end() ? "" : found->second;
}

const Json* TrainingRun::option(std::string_view key) const {
  const Json* options = provenance.find("options");
  return options == nullptr ? nullptr : options->find(key);
}

std::vector<TrainingRun> read_runs(const std::vector<std::string>& paths) {
  std::vector<TrainingRun> runs;
  std::set<fs::path> seen;
  for (const std::string& path : paths) {
    if (!fs::exists(path)) { throw BadInput(cat(path, ": file or folder does not exist")); }
    if (!seen.insert(fs::canonical(path)).second) {
      throw BadOption(cat("--run: ", path, " is given twice"));
    }
    runs.push_back(read_run(path));
  }
  if (!runs.empty()) { name_runs(runs); }
  return runs;
}

std::vector<std::string> runs_below(const fs::path& folder) {
  std::set<std::string> found;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().filename() == "metrics.jsonl") { found.insert(entry.path().parent_path().string()); }
    }
  }
  return {found.begin(), found.end()};
}

std::optional<double> recent(const std::vector<std::optional<double>>& values, std::size_t count) {
  double sum = 0;
  std::size_t found = 0;
  for (auto value = values.rbegin(); value != values.rend() && found < count; ++value) {
    if (!*value) { continue; }
    sum += **value;
    ++found;
  }
  return found > 0 ? std::optional(sum / static_cast<double>(found)) : std::nullopt;
}

Remaining remaining(const TrainingRun& run) {
  Remaining remaining;
  const auto number = [&](const char* name) {
    const Json* option = run.option(name);
    return option != nullptr && option->is_number() ? option->as_double() : 0.0;
  };
  if (run.updates.updates.empty()) {
    if (number("training.updates") > 0) { remaining.updates = number("training.updates"); }
    return remaining;
  }
  const double done = static_cast<double>(run.updates.updates.back());
  const auto epoch = recent(values_of(run.updates, update_figures(), "epoch"), 1);
  if (number("training.updates") > 0) {
    remaining.updates = number("training.updates");
  } else if (number("training.epochs") > 0 && epoch.value_or(0) > 0) {
    remaining.updates = std::ceil(done * number("training.epochs") / *epoch - 1e-6);
  }
  remaining.seconds_per_update = recent(values_of(run.times, time_figures(), "update s"), 10);
  if (remaining.updates && remaining.seconds_per_update) {
    remaining.seconds_left = std::max(0.0, *remaining.updates - done) * *remaining.seconds_per_update;
  }
  return remaining;
}

}  // namespace srl::analysis
