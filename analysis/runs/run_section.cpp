#include "analysis/runs/run_section.hpp"

#include <algorithm>
#include <set>

#include "base/strings.hpp"
#include "job/gain.hpp"
#include "reward/sampled_steps.hpp"

namespace srl::analysis {
namespace {

Cell cell_of(const std::optional<double>& value, int digits) {
  return value ? Cell(Number{*value, digits}) : Absent{};
}

double hours_of(const TrainingRun& run) {
  double seconds = 0;
  for (const auto& value : values_of(run.times, time_figures(), "update s")) { seconds += value.value_or(0); }
  return seconds / 3600;
}

Table table_of_runs(const std::vector<TrainingRun>& runs) {
  constexpr std::size_t latest = 10;
  Table table{{{"run"},
               {"state"},
               {"update"},
               {"planned"},
               {"reward, last 10"},
               {"format, last 10"},
               {"similarity, last validation"},
               {"exact, last validation"},
               {"s per update, last 10"},
               {"rollout tokens/s, last 10"},
               {"hours"}},
              {}};
  for (const TrainingRun& run : runs) {
    const auto update = [&](std::string_view name, int digits) {
      return cell_of(recent(values_of(run.updates, update_figures(), name), latest), digits);
    };
    const auto validation = [&](std::string_view name, int digits) {
      return cell_of(recent(values_of(run.validations, validation_figures(), name), 1), digits);
    };
    const Remaining left = remaining(run);
    table.rows.push_back(
        {run.name, run.state().empty() ? Cell(Absent{}) : Cell(run.state()),
         run.updates.updates.empty() ? Count{0} : Count{run.updates.updates.back()}, cell_of(left.updates, 0),
         update("reward", 4), update("format", 3), validation("similarity", 4), validation("exact", 3),
         cell_of(left.seconds_per_update, 2),
         cell_of(recent(values_of(run.times, time_figures(), "rollout tokens/s"), latest), 0),
         Number{hours_of(run), 2}});
  }
  return table;
}

/// The figures of all runs as one curve; figures that no run has are left out.
Curve curve_of(const std::vector<TrainingRun>& runs, const std::string& title,
               const std::vector<RunFigure>& figures, Measured TrainingRun::* part) {
  Curve curve{title, {"update", 0, {}}, {}};
  for (const RunFigure& figure : figures) {
    curve.series.push_back({std::string(figure.name), figure.digits, {}, std::string(figure.plot)});
  }
  for (const TrainingRun& run : runs) {
    const Measured& measured = run.*part;
    if (measured.updates.empty()) { continue; }
    curve.lines.push_back({run.name, curve.x.values.size()});
    for (const std::int64_t update : measured.updates) {
      curve.x.values.emplace_back(static_cast<double>(update));
    }
    for (std::size_t f = 0; f < figures.size(); ++f) {
      auto& values = curve.series[f].values;
      values.insert(values.end(), measured.values[f].begin(), measured.values[f].end());
    }
  }
  std::erase_if(curve.series, [](const Series& series) {
    return std::none_of(series.values.begin(), series.values.end(),
                        [](const auto& v) { return v.has_value(); });
  });
  return curve;
}

/// The rewards of a run with the share of right formats separately: reward, format, and the similarity that
/// the rewards hold where the format is right (a wrong format has the reward -1).
std::vector<std::pair<std::string, std::vector<double>>> learned_figures(const TrainingRun& run) {
  std::vector<double> rewards, formats, similarities;
  const auto reward = values_of(run.updates, update_figures(), "reward"),
             format = values_of(run.updates, update_figures(), "format");
  for (std::size_t i = 0; i < reward.size(); ++i) {
    if (!reward[i] || !format[i]) { continue; }
    rewards.push_back(*reward[i]);
    formats.push_back(*format[i]);
    if (*format[i] > 0) { similarities.push_back((*reward[i] + 1 - *format[i]) / *format[i]); }
  }
  std::vector<std::pair<std::string, std::vector<double>>> figures{{"reward", rewards},
                                                                   {"format right", formats}};
  const Json* kind = run.option("signal.kind");
  if (kind != nullptr && *kind == Json("similarity")) {
    figures.emplace_back("similarity given right format", similarities);
    reward::SampledSteps samples;
    each_update(run.folder / "samples.jsonl", [&](const Json& line, std::int64_t) { samples.add(line); });
    reward::StepSimilarities sampled = samples.first_and_last(job::Gain::window);
    figures.emplace_back("samples: similarity", std::move(sampled.own));
    figures.emplace_back("samples: similarity to other steps", std::move(sampled.others));
  }
  return figures;
}

/// What runs learned in their own rollouts. Empty where no run is long enough to say.
Table table_of_gains(const std::vector<TrainingRun>& runs) {
  const auto window = std::to_string(job::Gain::window);
  Table table{{{"run"}, {"figure"}, {"first " + window}, {"last " + window}, {"change", "", "95%"}}, {}};
  for (const TrainingRun& run : runs) {
    for (const auto& [name, values] : learned_figures(run)) {
      const std::optional<job::Gain> gain = job::gain_of(values);
      if (!gain) { continue; }
      table.rows.push_back({run.name, name, Number{gain->first, 3}, Number{gain->last, 3},
                            Estimate{gain->value(), {gain->low, gain->high}, 3}});
    }
  }
  return table;
}

/// How many sampled completions had which wrong format.
Table table_of_formats(const std::vector<TrainingRun>& runs) {
  std::set<std::string> errors;
  for (const TrainingRun& run : runs) {
    for (const auto& [error, count] : run.format_errors) { errors.insert(error); }
  }
  Table table{{{"run"}, {"completions"}, {"right format"}}, {}};
  for (const std::string& error : errors) { table.columns.push_back({error}); }
  for (const TrainingRun& run : runs) {
    std::int64_t right = run.completions;
    for (const auto& [error, count] : run.format_errors) { right -= count; }
    std::vector<Cell>& row = table.rows.emplace_back();
    row = {run.name, Count{run.completions}, Count{right}};
    for (const std::string& error : errors) {
      const auto found = run.format_errors.find(error);
      row.emplace_back(Count{found == run.format_errors.end() ? 0 : found->second});
    }
  }
  return table;
}

}  // namespace

Section section_of(const std::vector<TrainingRun>& runs) {
  Section section{"Training", {table_of_runs(runs)}};
  for (const TrainingRun& run : runs) {
    const auto reason = run.status.find("reason");
    if (reason != run.status.end() && !reason->second.empty()) {
      section.blocks.push_back(Note{cat(run.name, " is ", run.state(), ": ", reason->second)});
    }
    if (run.updates.updates.empty()) {
      section.blocks.push_back(Note{cat(run.name, " has no updates yet.")});
    }
    section.warnings.insert(section.warnings.end(), run.warnings.begin(), run.warnings.end());
  }
  if (Table gains = table_of_gains(runs); !gains.rows.empty()) {
    section.blocks.emplace_back(std::move(gains));
    section.blocks.emplace_back(Note{
        "First and last updates of each run, on the problems that it trains on; intervals over updates."});
  }
  std::vector<Curve> curves{curve_of(runs, "Updates", update_figures(), &TrainingRun::updates),
                            curve_of(runs, "Validations", validation_figures(), &TrainingRun::validations),
                            curve_of(runs, "Time", time_figures(), &TrainingRun::times)};
  for (Curve& curve : curves) {
    if (!curve.series.empty()) { section.blocks.emplace_back(std::move(curve)); }
  }
  const bool judged =
      std::any_of(runs.begin(), runs.end(), [](const TrainingRun& run) { return run.completions > 0; });
  if (judged) { section.blocks.emplace_back(table_of_formats(runs)); }
  return section;
}

}  // namespace srl::analysis
