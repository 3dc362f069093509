#include "analysis/tables/change.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "analysis/render/render.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "support/message_of.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;

/// The record of step `question`, which belongs to solution question / 2. A negative `similarity` means bad
/// format.
Record step(std::int64_t question, double similarity, double unrelated = 0.25) {
  Record record;
  record.benchmark_checksum = "c";
  record.view = "step";
  record.settings = Json::object();
  record.question = question;
  record.solution = question / 2;
  if (similarity >= 0) {
    record.similarity = similarity;
    record.similarity_unrelated = unrelated;
    record.correct = similarity == 1;
  }
  return record;
}

double change(const Change& c, std::size_t figure) {
  return c.figures[figure].after - c.figures[figure].before;
}

TEST(Change, PairsAnswersAndCountsBadFormatAsZero) {
  const std::vector<Record> before{step(0, -1), step(1, 0.5), step(2, 0.25), step(3, -1)};
  const std::vector<Record> after{step(3, 0.5), step(2, 0.75), step(1, 1.0, 0.5), step(0, -1), step(9, 1)};
  const Change c = change_of(before, after);
  EXPECT_EQ(c.completions, 4);
  EXPECT_EQ(c.solutions, 2);
  EXPECT_EQ(c.unpaired, 1);
  EXPECT_DOUBLE_EQ(c.figures[0].before, 0.5);  // share with the right format
  EXPECT_DOUBLE_EQ(c.figures[0].after, 0.75);
  EXPECT_DOUBLE_EQ(change(c, 1), 0.25);          // exact
  EXPECT_DOUBLE_EQ(c.figures[2].before, 0.375);  // similarity, given the right format
  EXPECT_DOUBLE_EQ(c.figures[2].after, 0.75);
  EXPECT_DOUBLE_EQ(change(c, 3), 2.25 / 4 - 0.75 / 4);
  EXPECT_DOUBLE_EQ(change(c, 4), 1.0 / 4 - 0.5 / 4);
  EXPECT_DOUBLE_EQ(change(c, 5), change(c, 3) - change(c, 4));
}

TEST(Change, IntervalsAreOverSolutionsNotSteps) {
  std::vector<Record> before, after, steps_before, steps_after;
  // Both steps of a solution always agree, so they are not independent evidence.
  for (std::int64_t q = 0; q < 80; ++q) {
    const double rise = q / 2 % 2 == 0 ? 0.5 : 0.0;
    before.push_back(step(q, 0.25));
    after.push_back(step(q, 0.25 + rise));
    steps_before.push_back(before.back());
    steps_after.push_back(after.back());
    steps_before.back().solution = steps_after.back().solution = q;
  }
  const Interval by_solution = change_of(before, after).figures[3].change,
                 by_step = change_of(steps_before, steps_after).figures[3].change;
  EXPECT_LT(by_solution.low, 0.25);
  EXPECT_GT(by_solution.high, 0.25);
  // The mean of n values that are 0 or 0.5 has a standard error of 0.25 / sqrt(n). The 95% interval is 3.92
  // standard errors wide.
  EXPECT_NEAR(by_solution.high - by_solution.low, 3.92 * 0.25 / std::sqrt(40.0), 0.02);
  EXPECT_NEAR(by_step.high - by_step.low, 3.92 * 0.25 / std::sqrt(80.0), 0.02);
}

/// The record of a step of solution `solution`, known to the run by `number`.
Record numbered(std::int64_t number, std::int64_t solution, std::int64_t place, double similarity) {
  Record record = step(number, similarity);
  record.solution = solution;
  record.step = place;
  record.reference = cat("step ", place, " of ", solution);
  return record;
}

TEST(Change, PairsStepsAlsoWhereTheirNumbersDiffer) {
  std::vector<Record> before, after;  // after: one more step per solution, so all numbers but the first shift
  for (std::int64_t solution = 0; solution < 20; ++solution) {
    for (std::int64_t place = 0; place < 6; ++place) {
      const double similarity = static_cast<double>((solution + place) % 5) / 8;
      before.push_back(numbered(6 * solution + place, solution, place, similarity));
      after.push_back(numbered(7 * solution + place, solution, place, similarity));
    }
    after.push_back(numbered(7 * solution + 6, solution, 6, 0.875));
  }
  const Change c = change_of(before, after);
  EXPECT_EQ(c.completions, 120);
  EXPECT_EQ(c.unpaired, 20);
  EXPECT_DOUBLE_EQ(change(c, 3), 0);
  EXPECT_DOUBLE_EQ(c.figures[3].change.low, 0);
  EXPECT_DOUBLE_EQ(c.figures[3].change.high, 0);
  after[0].reference = "another text";  // of the same step
  EXPECT_EQ(change_of(before, after).completions, 119);
}

std::string refusal(const std::vector<Record>& before, const std::vector<Record>& after) {
  return test::message_of<BadInput>([&] { change_of(before, after); });
}

TEST(Change, RefusesUnequalSettingsAndSeveralModels) {
  Record longer = step(0, 1), reseeded = step(0, 1), other = step(1, 1), greedy = step(0, 1);
  longer.settings["max_new_tokens"] = 128;
  reseeded.settings["seed"] = 5;
  other.model = "m";
  greedy.settings["greedy"] = true;
  EXPECT_THAT(refusal({step(0, 1)}, {longer}),
              testing::HasSubstr("--before: max_new_tokens default; --after: max_new_tokens 128"));
  EXPECT_THAT(refusal({step(0, 1), longer}, {step(0, 1)}), testing::HasSubstr("different settings"));
  EXPECT_EQ(change_of({step(0, 1)}, {reseeded}).completions, 1);
  EXPECT_EQ(change_of({step(0, 1), reseeded}, {reseeded}).completions, 1);  // seed by seed
  EXPECT_EQ(change_of({step(0, 1), greedy}, {step(0, 1), greedy}).completions, 2);
  EXPECT_THAT(refusal({step(0, 1), other}, {step(0, 1)}),
              testing::HasSubstr("--before holds the records of 2 models"));
  EXPECT_THAT(refusal({step(0, 1)}, {step(0, 1), other}),
              testing::HasSubstr("--after holds the records of 2 models"));
}

TEST(Change, CountsADoubledRecordOnceAndSaysSo) {
  const Change c = change_of({step(0, 0.5), step(0, 1)}, {step(0, 0.5)});
  EXPECT_EQ(c.completions, 1);
  EXPECT_DOUBLE_EQ(change(c, 3), 0);
  EXPECT_THAT(section_of(c).warnings,
              testing::ElementsAre(testing::HasSubstr("--before: 1 record is a duplicate;")));
}

TEST(Change, SaysNothingOfAControlThatIsNotThere) {
  Record without = step(0, 1);
  without.similarity_unrelated.reset();
  EXPECT_EQ(change_of({without}, {without}).figures.size(), 4u);
}

TEST(Change, RefusesWhatDoesNotPair) {
  EXPECT_THROW(change_of({step(0, 1)}, {step(1, 1)}), BadInput);
  Record whole = step(0, 1);
  whole.view = "whole";
  EXPECT_THROW(change_of({whole}, {whole}), BadInput);
}

TEST(Change, ItsSectionHoldsTheFiguresAndTheirCounts) {
  const Section section = section_of(change_of({step(0, 0.5), step(1, 1)}, {step(0, 1)}));
  ASSERT_EQ(section.blocks.size(), 4u);
  const auto& row = std::get<Table>(section.blocks[0]).rows[3];
  EXPECT_EQ(std::get<std::string>(row[0]), "similarity, bad format as 0");
  EXPECT_DOUBLE_EQ(std::get<Estimate>(row[3]).value, 0.5);
  EXPECT_THAT(std::get<Prose>(section.blocks[1]).text,
              testing::HasSubstr("1 completion for steps of 1 solution, paired"));
  EXPECT_THAT(std::get<Note>(section.blocks[2]).text, testing::HasSubstr("1 completion is on one side only"));
  EXPECT_THAT(std::get<Note>(section.blocks[3]).text,
              testing::HasSubstr("1 held-out question decides nothing, whatever"));
  const std::string text = render({{section}}, ReportFormat::markdown);
  EXPECT_THAT(text, testing::HasSubstr(
                        "| similarity, bad format as 0 | 0.5000 | 1.0000 | 0.5000 [-0.7591, 1.0000] |\n"));
  EXPECT_THAT(text, testing::HasSubstr(" |\n\n1 completion for steps"));
}

TEST(Change, OnlyFewQuestionsDecideNothing) {
  std::vector<Record> records;
  for (int question = 0; question < 10; ++question) {
    records.push_back(step(question, 0.5));
    records.back().solution = question;
  }
  EXPECT_EQ(section_of(change_of(records, records)).blocks.size(), 2u);
  records.pop_back();
  EXPECT_THAT(std::get<Note>(section_of(change_of(records, records)).blocks.at(2)).text,
              testing::HasSubstr("9 held-out questions decide nothing"));
}

}  // namespace
}  // namespace srl::analysis
