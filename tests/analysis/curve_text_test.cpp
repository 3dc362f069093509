#include "analysis/render/curve_text.hpp"

#include <gmock/gmock.h>

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

Curve rising(int points) {
  Curve curve{"run", {"update", 0, {}}, {{"reward", 4, {}}}};
  for (int i = 1; i <= points; ++i) {
    curve.x.values.emplace_back(i);
    curve.series[0].values.emplace_back(i / 200.0);
  }
  return curve;
}

TEST(CurveText, ShowsFirstLastAndEvenlySpacedPoints) {
  const std::vector<std::string> lines = split(curve_text(rising(101), 5), '\n');
  ASSERT_EQ(lines.size(), 2u + 5u + 1u);
  EXPECT_EQ(lines[0], "run");
  EXPECT_EQ(lines[1], "   update     reward  ");
  EXPECT_EQ(lines[2], "        1     0.0050  ");
  EXPECT_EQ(lines[3], "       26     0.1300  ");
  EXPECT_EQ(lines[4], "       51     0.2550  ");
  EXPECT_EQ(lines[6], "      101     0.5050  ");
}

TEST(CurveText, ShowsAllPointsOfAShortCurve) {
  EXPECT_EQ(split(curve_text(rising(1)), '\n').size(), 2u + 1u + 1u);
  EXPECT_EQ(split(curve_text(rising(12)), '\n').size(), 2u + 12u + 1u);
  EXPECT_EQ(split(curve_text(rising(13)), '\n').size(), 2u + 12u + 1u);
}

}  // namespace
}  // namespace srl::analysis
