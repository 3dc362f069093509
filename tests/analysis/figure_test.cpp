#include "analysis/render/figure.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "sample_document.hpp"

namespace srl::analysis {
namespace {

TEST(FigureRenderer, PrintsOneNumberWithoutItsInterval) {
  EXPECT_EQ(figure(sample_table(), "srl", "avg"), "61.1");
  EXPECT_EQ(figure(sample_table(), "srl", "avg %"), "61.1");  // the heading of the column
  EXPECT_EQ(figure(sample_table(), "srl", "seeds"), "3");
  EXPECT_EQ(figure(sample_table(), "srl", "length"), "12.35");
  EXPECT_EQ(figure(sample_table(), "srl", "solved"), "21");
}

/// The message of the `Error` that figure() throws.
template <class Error>
std::string refusal(const std::string& row, const std::string& column) {
  try {
    figure(sample_table(), row, column);
  } catch (const Error& error) { return error.what(); }
  return "no such error";
}

TEST(FigureRenderer, ListsWhatThereIsWhenRowOrColumnDoesNotExist) {
  EXPECT_THAT(refusal<BadOption>("sr", "avg"), testing::HasSubstr("no row 'sr'; rows: srl, say \"a, b\""));
  EXPECT_THAT(refusal<BadOption>("srl", "av"),
              testing::HasSubstr("no column 'av'; columns: seeds, avg, length, solved, p"));
  EXPECT_THAT(refusal<BadOption>("srl", "row"), testing::HasSubstr("no column 'row'"));
  EXPECT_THAT(refusal<BadInput>("say \"a, b\"", "avg"), testing::HasSubstr("has no value in column 'avg'"));
}

}  // namespace
}  // namespace srl::analysis
