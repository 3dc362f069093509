#include "analysis/render/cell_text.hpp"

#include <gmock/gmock.h>

namespace srl::analysis {
namespace {

TEST(CellText, ShowsEachKindWithItsDigits) {
  EXPECT_EQ(cell_text(Absent{}), "-");
  EXPECT_EQ(cell_text(std::string("srl")), "srl");
  EXPECT_EQ(cell_text(Number{12.345, 1}), "12.3");
  EXPECT_EQ(cell_text(Number{1e6, 0}), "1000000");
  EXPECT_EQ(cell_text(Estimate{12.5, {9.44, 16.06}, 1}), "12.5 [9.4, 16.1]");
  EXPECT_EQ(cell_text(Count{-3}), "-3");
  EXPECT_EQ(cell_text(CountOf{21, 2400}), "21 of 2400");
}

TEST(CellText, APValueIsNeverShownAsZero) {
  EXPECT_EQ(cell_text(PValue{1}), "1.0000");
  EXPECT_EQ(cell_text(PValue{0.0001}), "0.0001");
  EXPECT_EQ(cell_text(PValue{0.00009999}), "<0.0001");
  EXPECT_EQ(cell_text(PValue{0}), "<0.0001");
}

TEST(CellText, AHeadingIsNameUnitAndInterval) {
  EXPECT_EQ(heading_text({"greedy", "%", "95%"}), "greedy % [95%]");
  EXPECT_EQ(heading_text({"change", "", "95%"}), "change [95%]");
  EXPECT_EQ(heading_text({"tokens"}), "tokens");
}

}  // namespace
}  // namespace srl::analysis
