// What a report says of contaminated questions, and the measures without them.
#include "analysis/contamination/contamination_section.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "analysis/page/html.hpp"
#include "analysis/render/cell_text.hpp"
#include "analysis/render/render.hpp"
#include "contaminated_records.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using trajectory::Split;

TEST_F(ContaminationOfRecords, ShowsAllAndCleanQuestionsSideBySide) {
  const std::string file =
      benchmark("bench", {words(0, 13), words(20, 13), words(40, 13), words(60, 13), words(80, 13)});
  options_.benchmarks = {file};
  options_.shards = {data("a", {training("t0", words(0, 20)), training("t1", words(40, 20))})};
  const std::vector<Record> all = records(file, 5);
  const Section section = this->section(all);
  EXPECT_THAT(section.warnings, ElementsAre("bench: 2 of 5 questions are contaminated."));
  const std::string text = render({{section}}, ReportFormat::text);
  EXPECT_THAT(text, AllOf(HasSubstr("by 2 training solutions of"), HasSubstr("13 words in a row")));
  const auto* table = std::get_if<Table>(&section.blocks.at(2));
  ASSERT_TRUE(table != nullptr && table->rows.size() == 2u);
  std::vector<Record> clean;
  for (const Record& record : all) {
    if (record.question != 0 && record.question != 2) { clean.push_back(record); }
  }
  const Table expected = std::get<Table>(section_of(accuracy_of(clean)).blocks[0]);
  std::vector<std::string> row = texts_of(*table)[2], other = texts_of(expected)[1];
  EXPECT_EQ(row[0], "bench, clean");
  EXPECT_EQ(row[3], "3");
  EXPECT_EQ(row[4], "0");
  row.erase(row.begin() + 4);
  row[0] = other[0] = "";
  EXPECT_EQ(row, other);
  EXPECT_EQ(texts_of(*table)[1][0], "bench, all");
  EXPECT_EQ(texts_of(*table)[1][4], "2");
  const Json& measures = section.measures;
  EXPECT_EQ(measures.at("benchmarks").as_array()[0].at("contaminated_questions").as_array()[1].at("id"),
            Json("q2"));
  const Json& of_row = measures.at("rows").as_array()[0];
  EXPECT_EQ(of_row.at("contaminated").as_integer(), 2);
  EXPECT_EQ(of_row.at("greedy").at("questions").as_integer(), 3);
  EXPECT_DOUBLE_EQ(of_row.at("greedy").at("accuracy").at("value").as_double(), 1.0 / 3);
}

TEST_F(ContaminationOfRecords, SaysInWordsWhatHasNoneAndWhatIsNotChecked) {
  const std::string clean = benchmark("clean", {words(0, 13)}), other = benchmark("other", {words(1, 13)}),
                    full = benchmark("full", {words(40, 13)});
  std::vector<Record> all = records(clean, 1);
  for (const std::string& file : {other, full}) {
    for (const Record& record : records(file, 1)) { all.push_back(record); }
  }
  options_.benchmarks = {clean, full};
  options_.shards = {data("a", {training("t", words(40, 13))})};
  Section section = this->section(all);
  std::string text = render({{section}}, ReportFormat::csv);
  EXPECT_THAT(text, AllOf(HasSubstr("# clean: no question of 1 is contaminated."),
                          HasSubstr("# other is not checked: --contamination.benchmarks does not name it."),
                          HasSubstr("other,questions,0,,\n"), HasSubstr("full,questions,1,1,100.0\n"),
                          HasSubstr("\"full, clean\",m,whole,0,0,,,,,"), Not(HasSubstr("mean over"))));
  EXPECT_THAT(section.warnings, ElementsAre("full: 1 of 1 questions is contaminated.",
                                            "Contamination is not checked for other."));
  options_.benchmarks.push_back(other);
  text = render({{this->section(all)}}, ReportFormat::text);
  EXPECT_THAT(text, Not(HasSubstr("not checked")));
  options_.shards = {data("none", {training("v", words(40, 13), Split::validation)})};
  section = this->section(all);
  text = render({{section}}, ReportFormat::markdown);
  EXPECT_THAT(text, AllOf(HasSubstr("full is not checked: there is no training solution in"),
                          HasSubstr("So nothing could be checked.")));
  EXPECT_EQ(section.blocks.size(), 5u);
}

TEST_F(ContaminationOfRecords, MeansOverBenchmarksAreOnCleanQuestions) {
  const std::string a = benchmark("a", {words(0, 13), words(20, 13)}), b = benchmark("b", {words(40, 13)});
  std::vector<Record> all = records(a, 2);
  for (const Record& record : records(b, 1)) { all.push_back(record); }
  options_.benchmarks = {a, b};
  options_.shards = {data("t", {training("t", words(0, 13))})};
  EXPECT_THAT(
      render({{section(all)}}, ReportFormat::csv),
      HasSubstr("\"2 benchmarks, clean\",m,whole,50.0,"));  // question 1 of a is wrong, that of b right
}

TEST_F(ContaminationOfRecords, IsTheSameInAnyOrderOfTheRecords) {
  std::vector<std::string> questions;
  for (int q = 0; q < 30; ++q) { questions.push_back(words(100 * q, 14)); }
  const std::string file = benchmark("bench", questions);
  options_.benchmarks = {file};
  options_.shards = {data("a", {training("t", words(300, 13)), training("u", words(700, 13))})};
  std::vector<Record> all = records(file, 30);
  all.push_back(all[9]);
  all.back().text += " again";
  all.back().correct = !all.back().correct;
  const std::string first = render({{section(all)}}, ReportFormat::json);
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 3; ++trial) {
    std::shuffle(all.begin(), all.end(), random);
    EXPECT_EQ(render({{section(all)}}, ReportFormat::json), first);
  }
}

TEST_F(ContaminationOfRecords, ListsAllQuestionsForProgramsAndTheFirstOnesForReaders) {
  std::vector<std::string> questions;
  std::vector<trajectory::Solution> solutions;
  for (int q = 0; q < 250; ++q) {
    questions.push_back(words(100 * q, 14));
    solutions.push_back(training(cat("training-", q), questions.back()));
  }
  options_.benchmarks = {benchmark("bench", questions)};
  options_.shards = {data("a", solutions)};
  const Section section = this->section(records(options_.benchmarks[0], 250));
  const std::string text = render({{section}}, ReportFormat::text),
                    csv = render({{section}}, ReportFormat::csv), html = html_of(section);
  EXPECT_THAT(text,
              AllOf(HasSubstr("training-19 "), Not(HasSubstr("training-20 ")), HasSubstr("230 more rows")));
  EXPECT_THAT(csv, HasSubstr("bench,249,q249,training-249,"));
  EXPECT_THAT(html, AllOf(HasSubstr("training-199<"), Not(HasSubstr("training-200<")),
                          HasSubstr("The first 200 of 250 rows")));
}

}  // namespace
}  // namespace srl::analysis
