#pragma once
// What a run directory of srl_train says (docs/design.md, "Files"): STATUS, metrics.jsonl, validation.jsonl,
// provenance.json. Any of the last three may be missing while a run is young.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace srl::analysis {

/// A figure of an update or a validation: its name in reports and its place in the JSON line.
struct RunFigure {
  std::string_view name, key;  ///< "rollout s", "seconds.rollout"
  int digits = 0;              ///< shown after the point
  std::string_view plot = {};  ///< figures with the same name here share a plot
};
const std::vector<RunFigure>& update_figures();
const std::vector<RunFigure>& time_figures();
const std::vector<RunFigure>& validation_figures();
/// Bug when there is none with this name.
const RunFigure& figure_named(const std::vector<RunFigure>& figures, std::string_view name);

/// Some figures over updates: values[figure][point]; empty where nothing was measured.
struct Measured {
  std::vector<std::int64_t> updates;
  std::vector<std::vector<std::optional<double>>> values;
};

/// The values of the figure with this name; empty when nothing was measured.
std::vector<std::optional<double>> values_of(const Measured& measured, const std::vector<RunFigure>& figures,
                                             std::string_view name);

struct TrainingRun {
  std::string path, name;                     ///< as given; unique and short among the runs of a report
  std::filesystem::path folder;               ///< holds the files
  std::map<std::string, std::string> status;  ///< fields of STATUS; empty without the file
  Json provenance;                            ///< null without the file
  Measured updates, times, validations;
  std::vector<std::vector<std::int64_t>> rewards;  ///< by update: the counts of reward_histogram
  std::map<std::string, std::int64_t> format_errors;
  std::int64_t completions = 0;  ///< whose format was judged
  std::vector<std::string> warnings;

  /// "running", "finished", …; empty without STATUS.
  std::string state() const;
  /// An option of the run by its name; nullptr when unknown.
  const Json* option(std::string_view key) const;
};

/// Reads runs; a path is a run directory or its metrics.jsonl. BadInput naming file and line when a line is
/// not a metrics object, or when a path is not a run. BadOption when a run is given twice.
std::vector<TrainingRun> read_runs(const std::vector<std::string>& paths);

/// The file metrics.jsonl of a run, which is given by its directory or by this file.
std::filesystem::path metrics_of(const std::filesystem::path& run);
/// Calls take(line, its update) for each complete line of a file of figures; an absent file has none. After
/// the last line end there is nothing, or an unfinished line of a running or killed job. BadInput naming file
/// and line.
void each_update(const std::filesystem::path& file,
                 const std::function<void(const Json&, std::int64_t)>& take);

/// The run directories below a folder, sorted: those with a metrics.jsonl. Empty if the folder does not
/// exist.
std::vector<std::string> runs_below(const std::filesystem::path& folder);

/// What is left to do, from the options and the last updates.
struct Remaining {
  std::optional<double> updates;             ///< planned in all; empty when unknown
  std::optional<double> seconds_per_update;  ///< mean of the last updates
  std::optional<double> seconds_left;
};
Remaining remaining(const TrainingRun& run);

/// The mean of the last `count` values of a figure that were measured.
std::optional<double> recent(const std::vector<std::optional<double>>& values, std::size_t count);

}  // namespace srl::analysis
