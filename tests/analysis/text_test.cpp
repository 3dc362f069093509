#include <gmock/gmock.h>

#include "analysis/render/render.hpp"
#include "sample_document.hpp"

namespace srl::analysis {
namespace {

TEST(TextRenderer, AlignsColumnsAndSetsTablesApart) {
  const std::string table =
      "row         seeds  avg % [95%]        length  solved      p\n"
      "srl         3      61.1 [36.8, 81.4]  12.35   21 of 2400  0.0031\n"
      "say \"a, b\"  12     -                  7.00    -           <0.0001\n";
  EXPECT_EQ(render_text(sample_document()),
            sample_curve + table + "\nTwo rows.\nOne of them was not asked.\n\n" + table);
  EXPECT_EQ(render(sample_document(), ReportFormat::text), render_text(sample_document()));
}

TEST(TextRenderer, WritesNothingForNothing) {
  EXPECT_EQ(render_text({}), "");
  EXPECT_EQ(render_text({{{"empty", {}}}}), "");
}

}  // namespace
}  // namespace srl::analysis
