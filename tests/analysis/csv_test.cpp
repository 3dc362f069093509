#include <gmock/gmock.h>

#include "analysis/render/render.hpp"
#include "sample_document.hpp"

namespace srl::analysis {
namespace {

TEST(CsvRenderer, QuotesWhereACellNeedsIt) {
  const std::string table =
      "row,seeds,avg % [95%],length,solved,p\n"
      "srl,3,\"61.1 [36.8, 81.4]\",12.35,21 of 2400,0.0031\n"
      "\"say \"\"a, b\"\"\",12,-,7.00,-,<0.0001\n";
  EXPECT_EQ(render_csv(sample_document()),
            sample_curve + table + "\nTwo rows.\nOne of them was not asked.\n\n" + table);
  EXPECT_EQ(render(sample_document(), ReportFormat::csv), render_csv(sample_document()));
}

TEST(CsvRenderer, AQuoteOrALineEndAloneIsReasonEnough) {
  EXPECT_EQ(render_csv({{{"", {Table{{{"a"}}, {{"x\"y"}}}}}}}), "a\n\"x\"\"y\"\n");
  EXPECT_EQ(render_csv({{{"", {Table{{{"a"}}, {{"x\ny"}}}}}}}), "a\n\"x\ny\"\n");
}

}  // namespace
}  // namespace srl::analysis
