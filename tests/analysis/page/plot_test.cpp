#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <set>

#include "analysis/plot/axis.hpp"
#include "analysis/plot/plots.hpp"
#include "base/error.hpp"

namespace srl::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Axis, LabelsOfTicksDiffer) {
  for (const auto& [low, high] : {std::pair{5.68041, 5.68062},
                                  {1e-9, 1.00002e-9},
                                  {3000000.0, 3000004.0},
                                  {0.0, 4e-17},
                                  {-2.5e8, 2.5e8},
                                  {0.1, 0.9}}) {
    const Axis axis = round_axis(low, high, 5);
    const std::set<std::string> different(axis.labels.begin(), axis.labels.end());
    EXPECT_EQ(different.size(), axis.ticks.size()) << axis.labels[0];
  }
}

TEST(Axes, HaveRoundTicksThatHoldTheData) {
  for (const double scale : {1e-9, 1e-3, 0.07, 1.0, 13.0, 1e6, 3e12}) {
    for (const double low : {-1.0, -0.33, 0.0, 0.9}) {
      const Axis axis = round_axis(low * scale, scale, 6);
      EXPECT_LE(axis.low, low * scale + 1e-9 * scale);
      EXPECT_GE(axis.high, scale * (1 - 1e-9));
      ASSERT_GE(axis.ticks.size(), 2u);
      EXPECT_LE(axis.ticks.size(), 6u);
      EXPECT_EQ(axis.ticks.size(), axis.labels.size());
      const double step = axis.ticks[1] - axis.ticks[0];
      const double digit = step / std::pow(10.0, std::floor(std::log10(step) + 1e-9));
      EXPECT_TRUE(std::abs(digit - 1) < 1e-6 || std::abs(digit - 2) < 1e-6 || std::abs(digit - 5) < 1e-6)
          << step;
    }
  }
  EXPECT_THAT(round_axis(0.1, 0.9, 6).labels, ElementsAre("0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(tight_axis(1, 150, 6).labels, ElementsAre("50", "100", "150"));
}

TEST(Axes, OneValueHasAnAxisToo) {
  for (const double value : {0.0, 0.25, -3.0, 1e-8, 1e9}) {
    const Axis axis = round_axis(value, value, 6);
    EXPECT_LT(axis.low, axis.high);
    EXPECT_LE(axis.low, value);
    EXPECT_GE(axis.high, value);
  }
}

TEST(Drawings, RefuseCoordinatesThatAreNotFinite) {
  Svg svg(10, 10, "");
  EXPECT_THROW(svg.dot({std::nan(""), 1}, 1, ""), Bug);
  EXPECT_THROW(svg.path({{0, std::numeric_limits<double>::infinity()}}, ""), Bug);
}

TEST(Drawings, EscapeTextsAndShowControlCharacters) {
  EXPECT_EQ(escaped("<a href=\"x\">'&'"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
  EXPECT_EQ(escaped(std::string_view("a\0b\x1b\n\t\x7f", 7)),
            "a\xE2\x90\x80"
            "b\xE2\x90\x9B\n\t\xE2\x90\xA1");
  EXPECT_EQ(escaped("\xEF\xBF\xBE|\xEF\xBF\xBF|\xC3\xA9"), "\xEF\xBF\xBD|\xEF\xBF\xBD|\xC3\xA9");
}

TEST(LinePlots, DrawGapsAndSinglePoints) {
  const std::string plot = line_plot({"title <b>", "update", {{look_of(0), {{{1, 1}, {2, 2}}, {{4, 3}}}}}});
  EXPECT_THAT(plot, HasSubstr("title &lt;b&gt;"));
  EXPECT_THAT(plot, HasSubstr("<path class=\"line c0\""));
  EXPECT_THAT(plot, HasSubstr("<circle class=\"f0\""));
  EXPECT_EQ(line_plot({"nothing", "update", {{look_of(0), {}}}}), "");
}

TEST(LinePlots, AreSmallForAnyNumberOfPoints) {
  PlotLine line{look_of(0), {{}}};
  for (int x = 0; x < 1'000'000; ++x) { line.pieces[0].push_back({double(x), x == 500'000 ? 50.0 : x % 7}); }
  const std::string plot = line_plot({"long", "update", {line}});
  EXPECT_LT(plot.size(), 20'000u);
  EXPECT_THAT(plot, HasSubstr("band"));
  EXPECT_THAT(plot, HasSubstr(">50<")) << "the axis holds the outlier, which the band shows";
}

TEST(Histograms, ShowSharesOfEachSeriesAndNothingForNothing) {
  const Histogram plot{
      "rewards", "reward", -1.1, 0.1, {{{look_of(0), "first"}, {0, 3, 1}}, {{look_of(1), "last"}, {}}}};
  EXPECT_THAT(histogram(plot), HasSubstr("first"));
  EXPECT_THAT(histogram(plot), Not(HasSubstr("last")));
  EXPECT_EQ(histogram({"empty", "reward", 0, 1, {{{look_of(0), ""}, {0, 0}}}}), "");
  EXPECT_EQ(histogram({"empty", "reward", 0, 1, {}}), "");
}

TEST(IntervalPlots, NumberTheirRows) {
  EXPECT_THAT(interval_plot({"avg", "%", {{5, {1, 9}, 3}}}), HasSubstr(">3</text>"));
  EXPECT_EQ(interval_plot({"avg", "%", {}}), "");
}

TEST(Looks, DifferForEveryLineThatIsDrawn) {
  std::set<std::string> styles;
  for (std::size_t line = 0; line < look_colours * look_dashes; ++line) {
    styles.insert(style_of(look_of(line)));
  }
  EXPECT_EQ(styles.size(), 32u);
}

}  // namespace
}  // namespace srl::analysis
