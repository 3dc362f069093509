#include "analysis/render/curve_table.hpp"

#include <gmock/gmock.h>

#include "analysis/render/cell_text.hpp"

namespace srl::analysis {
namespace {

using testing::ElementsAre;

TEST(CurveTable, ShowsSomePointsOfEachLineAndAlwaysItsFirstAndLast) {
  Curve curve{"Updates", {"update", 0, {}}, {{"reward", 2, {}}}, {{"a", 0}, {"b", 101}}};
  for (int update = 1; update <= 101; ++update) {
    curve.x.values.push_back(update);
    curve.series[0].values.push_back(update / 100.0);
  }
  curve.x.values.push_back(7);
  curve.series[0].values.push_back(std::nullopt);
  EXPECT_THAT(texts_of(table_of(curve, 3)),
              ElementsAre(ElementsAre("run", "update", "reward"), ElementsAre("a", "1", "0.01"),
                          ElementsAre("a", "51", "0.51"), ElementsAre("a", "101", "1.01"),
                          ElementsAre("b", "7", "-")));
  EXPECT_EQ(table_of(curve, 1).rows.size(), 2u);
  EXPECT_EQ(table_of(curve, 0).rows.size(), 102u);
}

TEST(CurveTable, ALineWithoutANameNeedsNoColumn) {
  const Curve curve{"Updates", {"update", 0, {1}}, {{"reward", 1, {0.5}}}};
  EXPECT_THAT(texts_of(table_of(curve, 12)),
              ElementsAre(ElementsAre("update", "reward"), ElementsAre("1", "0.5")));
}

TEST(CurveTable, NothingMeasuredGivesNoRows) {
  EXPECT_TRUE(table_of({"Updates", {"update", 0, {}}, {}}, 12).rows.empty());
}

}  // namespace
}  // namespace srl::analysis
