#include <gmock/gmock.h>

#include "analysis/render/render.hpp"
#include "sample_document.hpp"

namespace srl::analysis {
namespace {

TEST(MarkdownRenderer, WritesPipeTables) {
  const std::string table =
      "| row | seeds | avg % [95%] | length | solved | p |\n"
      "|---|---|---|---|---|---|\n"
      "| srl | 3 | 61.1 [36.8, 81.4] | 12.35 | 21 of 2400 | 0.0031 |\n"
      "| say \"a, b\" | 12 | - | 7.00 | - | <0.0001 |\n";
  EXPECT_EQ(render_markdown(sample_document()),
            sample_curve + table + "\nTwo rows.\nOne of them was not asked.\n\n" + table);
  EXPECT_EQ(render(sample_document(), ReportFormat::markdown), render_markdown(sample_document()));
}

TEST(MarkdownRenderer, ATableWithoutRowsStillHasItsHeadings) {
  EXPECT_EQ(render_markdown({{{"empty", {Table{{{"a"}, {"b"}}, {}}}}}}), "| a | b |\n|---|---|\n");
}

}  // namespace
}  // namespace srl::analysis
