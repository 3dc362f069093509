#include "analysis/render/render.hpp"

#include <gmock/gmock.h>

#include "sample_document.hpp"

namespace srl::analysis {
namespace {

struct Rendered {
  ReportFormat format;
  std::string (*render)(const Document&);
  std::string curve, table, remark;  ///< of the sample document; what begins a remark
};

class Renderers : public testing::TestWithParam<Rendered> {};

TEST_P(Renderers, SetCurvesTablesAndNotesApart) {
  const Rendered& want = GetParam();
  EXPECT_EQ(want.render(sample_document()), want.curve + "\n" + want.table + "\n" + want.remark +
                                                "Two rows.\n" + want.remark +
                                                "One of them was not asked.\n\n" + want.table);
  EXPECT_EQ(render(sample_document(), want.format), want.render(sample_document()));
}

INSTANTIATE_TEST_SUITE_P(
    Formats, Renderers,
    testing::Values(Rendered{ReportFormat::csv, render_csv, "# Updates\nupdate,reward\n1,0.50\n2,\n",
                             "row,seeds,avg %,avg % low,avg % high,length,solved,solved of,p\n"
                             "srl,3,61.1,36.8,81.4,12.35,21,2400,0.00312\n"
                             "\"say \"\"a, b\"\"\",12,,,,7.00,,,1e-05\n",
                             "# "},
                    Rendered{ReportFormat::markdown, render_markdown,
                             "Updates\n\n| update | reward |\n|---|---|\n| 1 | 0.50 |\n| 2 | - |\n",
                             "| row | seeds | avg % [95%] | length | solved | p |\n"
                             "|---|---|---|---|---|---|\n"
                             "| srl | 3 | 61.1 [36.8, 81.4] | 12.35 | 21 of 2400 | 0.0031 |\n"
                             "| say \"a, b\" | 12 | - | 7.00 | - | <0.0001 |\n",
                             ""},
                    Rendered{ReportFormat::text, render_text,
                             "Updates\nupdate  reward\n1       0.50\n2       -\n",
                             "row         seeds  avg % [95%]        length  solved      p\n"
                             "srl         3      61.1 [36.8, 81.4]  12.35   21 of 2400  0.0031\n"
                             "say \"a, b\"  12     -                  7.00    -           <0.0001\n",
                             ""}),
    [](const auto& rendered) { return std::string(word(rendered.param.format)); });

TEST(CsvRenderer, AQuoteOrALineEndAloneIsReasonToQuote) {
  EXPECT_EQ(render_csv({{{"", {Table{{{"a"}}, {{"x\"y"}}}}}}}), "a\n\"x\"\"y\"\n");
  EXPECT_EQ(render_csv({{{"", {Table{{{"a"}}, {{"x\ny"}}}}}}}), "a\n\"x\ny\"\n");
  EXPECT_EQ(render_csv({{{"", {Table{{{"a"}}, {{"# x"}}}}}}}), "a\n\"# x\"\n");
}

TEST(MarkdownRenderer, ATableWithoutRowsStillHasItsHeadings) {
  EXPECT_EQ(render_markdown({{{"empty", {Table{{{"a"}, {"b"}}, {}}}}}}), "| a | b |\n|---|---|\n");
}

TEST(MarkdownRenderer, ACellStaysInItsPlace) {
  EXPECT_EQ(render_markdown({{{"", {Table{{{"a"}}, {{"x|y\nz"}}}}}}}), "| a |\n|---|\n| x\\|y z |\n");
}

TEST(TextRenderer, WritesNothingForNothing) {
  EXPECT_EQ(render_text({}), "");
  EXPECT_EQ(render_text({{{"empty", {}}}}), "");
}

}  // namespace
}  // namespace srl::analysis
