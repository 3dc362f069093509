#include <algorithm>
#include <cmath>

#include "analysis/page/html.hpp"
#include "analysis/page/parts.hpp"
#include "analysis/page/samples.hpp"
#include "analysis/plot/plots.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

constexpr std::size_t most_drawn_groups = 24, most_drawn_runs = 12;

/// A series that needs no legend.
Bars bars_of(std::vector<double> counts) {
  Bars bars;
  bars.counts = std::move(counts);
  return bars;
}

/// Lengths in at most 30 bins of round width, from 0.
Histogram lengths_of(const std::map<std::int64_t, std::int64_t>& lengths, const std::string& title) {
  Histogram plot{title, "tokens", 0, 1, {}};
  if (lengths.empty()) { return plot; }
  plot.bars.push_back(bars_of({}));
  const double most = static_cast<double>(lengths.rbegin()->first + 1);
  while (most / plot.width > 30) {
    const double power = std::pow(10.0, std::floor(std::log10(plot.width)));
    plot.width = plot.width < 1.5 * power ? 2 * power : plot.width < 3 * power ? 5 * power : 10 * power;
  }
  std::vector<double>& counts = plot.bars[0].counts;
  counts.resize(static_cast<std::size_t>(std::ceil(most / plot.width)));
  for (const auto& [tokens, count] : lengths) {
    counts[static_cast<std::size_t>(static_cast<double>(std::max<std::int64_t>(tokens, 0)) / plot.width)] +=
        static_cast<double>(count);
  }
  return plot;
}

std::vector<double> rewards_between(const TrainingRun& run, std::size_t begin, std::size_t end) {
  std::vector<double> sum;
  for (std::size_t update = begin; update < end; ++update) {
    const auto& counts = run.rewards[update];
    sum.resize(std::max(sum.size(), counts.size()));
    for (std::size_t bin = 0; bin < counts.size(); ++bin) { sum[bin] += static_cast<double>(counts[bin]); }
  }
  return sum;
}

/// Rewards of the first and the last tenth of the updates.
Histogram rewards_of(const TrainingRun& run) {
  Histogram plot{"rewards, " + run.name, "reward", -1.1, 0.1, {}};
  const std::size_t updates = run.rewards.size(), tenth = std::max<std::size_t>(updates / 10, 1);
  if (updates == 0) { return plot; }
  const auto add = [&](std::size_t begin, std::size_t end) {
    const auto& numbers = run.updates.updates;
    const std::string label = cat("updates ", numbers[begin], " to ", numbers[end - 1]);
    plot.bars.push_back({{look_of(plot.bars.size()), label}, rewards_between(run, begin, end)});
  };
  add(0, tenth);
  if (updates > tenth) { add(updates - tenth, updates); }
  return plot;
}

}  // namespace

std::string histograms_html(const PageContent& content) {
  std::string figures;
  for (std::size_t r = 0; r < content.runs.size() && r < most_drawn_runs; ++r) {
    const TrainingRun& run = content.runs[r];
    figures += histogram(rewards_of(run));
    figures += histogram(lengths_of(rollout_lengths(run), "lengths of the last saved rollouts, " + run.name));
  }
  const std::vector<RecordGroup> groups = content.records.groups();
  for (std::size_t g = 0; g < groups.size() && g < most_drawn_groups; ++g) {
    const RecordGroup& group = groups[g];
    figures += histogram(lengths_of(group.lengths, "lengths, " + group.label));
    figures += histogram({"similarity to the expert's step, " + group.label,
                          "similarity",
                          0,
                          0.05,
                          {bars_of({group.similarities.begin(), group.similarities.end()})}});
  }
  std::string html = plots(figures);
  if (groups.size() > most_drawn_groups || content.runs.size() > most_drawn_runs) {
    html += paragraph(
        cat("The first ", most_drawn_runs, " runs and ", most_drawn_groups, " groups of records are drawn."),
        "note");
  }
  return html;
}

}  // namespace srl::analysis
