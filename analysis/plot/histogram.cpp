#include <algorithm>

#include "analysis/plot/axis.hpp"
#include "analysis/plot/plots.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

double sum_of(const std::vector<double>& counts) {
  double sum = 0;
  for (const double count : counts) { sum += count; }
  return sum;
}

/// The first and the last bin that any series has counts in.
std::pair<std::size_t, std::size_t> used_bins(const Histogram& plot) {
  std::size_t first = plot.bars[0].counts.size(), last = 0;
  for (const Bars& bars : plot.bars) {
    for (std::size_t bin = 0; bin < bars.counts.size(); ++bin) {
      if (bars.counts[bin] <= 0) { continue; }
      first = std::min(first, bin);
      last = std::max(last, bin);
    }
  }
  return {first, last};
}

}  // namespace

std::string histogram(const Histogram& plot) {
  double highest = 0;
  for (const Bars& bars : plot.bars) {
    const double sum = sum_of(bars.counts);
    if (sum <= 0) { continue; }
    highest = std::max(highest, 100 * *std::max_element(bars.counts.begin(), bars.counts.end()) / sum);
  }
  if (highest <= 0) { return ""; }
  const auto [first, last] = used_bins(plot);
  const auto edge = [&](std::size_t bin) { return plot.low + plot.width * static_cast<double>(bin); };
  Svg svg(plot_width, plot_height, plot.title);
  const Frame frame(svg, tight_axis(edge(first), edge(last + 1), 6), round_axis(0, highest, 6),
                    plot.x_name + " (bars: % of completions)");
  std::vector<LegendEntry> entries;
  for (const Bars& bars : plot.bars) {
    const double sum = sum_of(bars.counts);
    if (sum <= 0) { continue; }
    for (std::size_t bin = first; bin <= last && bin < bars.counts.size(); ++bin) {
      if (bars.counts[bin] <= 0) { continue; }
      const Point top = frame.at(edge(bin), 100 * bars.counts[bin] / sum);
      const double width = frame.at(edge(bin + 1), 0).x - top.x;
      svg.rectangle(top, width, frame.bottom() - top.y,
                    cat("bar f", bars.entry.look.colour, " c", bars.entry.look.colour));
    }
    if (!bars.entry.label.empty()) { entries.push_back(bars.entry); }
  }
  return cat("<figure><figcaption>", escaped(plot.title), "</figcaption>\n", svg.take(), "\n",
             legend(entries), "</figure>\n");
}

}  // namespace srl::analysis
