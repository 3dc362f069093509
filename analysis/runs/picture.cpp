#include "analysis/runs/picture.hpp"

#include <algorithm>

#include "analysis/page/style.hpp"
#include "analysis/plot/axis.hpp"
#include "analysis/plot/plots.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

struct Drawn {
  const char* title;
  Measured TrainingRun::* part;
  const std::vector<RunFigure>& figures;
  const char* figure;
};

/// Runs without this figure have no line; the looks are those of the runs.
LinePlot plot_of(const Drawn& drawn, const std::vector<TrainingRun>& runs) {
  LinePlot plot{drawn.title, "update", {}};
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const Measured& measured = runs[r].*drawn.part;
    const auto values = values_of(measured, drawn.figures, drawn.figure);
    std::vector<Point> points;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i]) { points.push_back({static_cast<double>(measured.updates[i]), *values[i]}); }
    }
    if (!points.empty()) { plot.lines.push_back({look_of(r), {points}}); }
  }
  return plot;
}

std::string text(double x, double y, std::string_view style, std::string_view text) {
  return cat("<text x=\"", fixed(x, 0), "\" y=\"", fixed(y, 0), "\" class=\"", style, "\">", escaped(text),
             "</text>\n");
}

}  // namespace

std::string picture_of(const std::vector<TrainingRun>& runs) {
  constexpr double margin = 12, title = 22, row = 18;
  const std::vector<Drawn> all{
      {"reward of the rollouts", &TrainingRun::updates, update_figures(), "reward"},
      {"held-out steps: similarity", &TrainingRun::validations, validation_figures(), "similarity"},
      {"held-out steps: share that is exact", &TrainingRun::validations, validation_figures(), "exact"}};
  std::string content;
  double x = margin;
  for (const Drawn& drawn : all) {
    const LinePlot plot = plot_of(drawn, runs);
    if (plot.lines.empty()) { continue; }
    content += text(x + 10, margin + 12, "title", drawn.title);
    content += cat("<g transform=\"translate(", fixed(x, 0), " ", fixed(margin + title, 0), ")\">",
                   line_drawing(plot), "</g>\n");
    x += plot_width + margin;
  }
  if (content.empty()) { throw BadInput("--picture: the runs have no reward and no validation to draw"); }
  double y = margin + title + plot_height + margin;
  for (std::size_t r = 0; r < runs.size() && runs.size() > 1; ++r, y += row) {
    content += cat("<path class=\"", style_of(look_of(r)), "\" d=\"M", fixed(margin + 10, 0), " ",
                   fixed(y, 0), "h28\"/>\n", text(margin + 46, y + 4, "name", runs[r].name));
  }
  return cat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", fixed(x, 0), "\" height=\"", fixed(y, 0),
             "\" viewBox=\"0 0 ", fixed(x, 0), " ", fixed(y, 0), "\">\n<style>", plot_style,
             ".paper{fill:var(--ground)}\nsvg text.title{font-weight:600;fill:var(--ink)}\n</style>\n",
             "<rect class=\"paper\" width=\"", fixed(x, 0), "\" height=\"", fixed(y, 0), "\"/>\n", content,
             "</svg>\n");
}

}  // namespace srl::analysis
