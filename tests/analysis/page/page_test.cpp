#include "analysis/page/page.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "../sample_document.hpp"
#include "analysis/page/clipped.hpp"
#include "analysis/page/shell.hpp"
#include "analysis/page/word_diff.hpp"
#include "analysis/render/render.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string marked(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) { text += word.common ? std::string(word.text) : cat('[', word.text, ']'); }
  return text;
}

TEST(WordDiff, MarksTheWordsThatOnlyOneTextHas) {
  const WordDiff diff = word_diff("x = 32 * 73 = 36", "x = 32 * 74 = 37!");
  EXPECT_EQ(marked(diff.a), "x = 32 * [73] = [36]");
  EXPECT_EQ(marked(diff.b), "x = 32 * [74] = [37][!]");
}

TEST(WordDiff, KeepsEveryCharacterAndMarksALongestCommonPart) {
  EXPECT_EQ(marked(word_diff("", "a b").b), "[a][ ][b]");
  EXPECT_EQ(marked(word_diff("a  b", "a b").a), "a[  ]b");
  const WordDiff diff = word_diff("c a b d", "a b c d");
  EXPECT_EQ(marked(diff.a), "[c][ ]a b d");
  EXPECT_EQ(marked(diff.b), "a b[ ][c] d");
}

TEST(WordDiff, GivesUpOnVeryLongDifferencesOnly) {
  std::string a = "begin ", b = a;
  for (int i = 0; i < 3000; ++i) {
    a += cat(i, ' ');
    b += cat(i + 1, ' ');
  }
  const WordDiff diff = word_diff(a, b);
  EXPECT_TRUE(diff.a.front().common);
  EXPECT_FALSE(diff.a[3000].common);
}

TEST(Clipped, NeverCutsACharacter) {
  EXPECT_EQ(clipped("abc", 3), "abc");
  EXPECT_EQ(clipped("ab\xC3\xA9", 3), "ab … (2 more bytes)");
}

TEST(Commands, AreQuotedForAShell) {
  EXPECT_EQ(command_of("srl_report", {"a b", "it's", "--x=1", ""}), "srl_report 'a b' 'it'\\''s' --x=1 ''");
  const Json provenance =
      Json::parse(R"({"job":"srl_train","arguments":["--run","r 1"],"folder":"/a","ranks":2})", "");
  EXPECT_EQ(command_of(provenance), "cd /a\nmpirun -n 2 srl_train --run 'r 1'");
  EXPECT_EQ(command_of(Json::object()), "");
}

evaluation::Record record(std::int64_t question, bool correct, text::Finish finish,
                          const std::string& answer) {
  evaluation::Record one;
  one.model = "model";
  one.benchmark = "bench";
  one.view = "whole";
  one.settings = Json::parse(R"({"greedy":true})", "");
  one.question = question;
  one.correct = correct;
  one.finish = finish;
  one.answer = answer;
  one.tokens = 10 + question;
  return one;
}

TEST(RecordFigures, TellHowCompletionsEnded) {
  using text::Finish;
  EXPECT_EQ(kind_of(record(0, true, Finish::length, "")), Kind::right);
  EXPECT_EQ(kind_of(record(0, false, Finish::stop, "1")), Kind::wrong);
  EXPECT_EQ(kind_of(record(0, false, Finish::stop, "")), Kind::no_answer);
  EXPECT_EQ(kind_of(record(0, false, Finish::length, "1")), Kind::truncated);
  EXPECT_EQ(kind_of(record(0, false, Finish::bad_format, "")), Kind::bad_format);
  EXPECT_EQ(kind_of(record(0, false, Finish::max_steps, "")), Kind::max_steps);
  EXPECT_EQ(kind_of(record(0, false, Finish::not_asked, "")), Kind::not_asked);
  RecordFigures figures;
  figures.add(record(0, true, Finish::stop, "1"));
  figures.add(record(0, false, Finish::stop, "2"));  // a duplicate
  figures.add(record(1, false, Finish::not_asked, ""));
  EXPECT_EQ(render_csv({{section_of(figures)}}),
            "completions of,all,right,wrong,no answer,bad format,truncated,too many steps,not asked\n"
            "\"bench, model, whole, greedy\",2,1,0,0,0,0,0,1\n");
}

std::string page_of(std::vector<evaluation::Record> records) {
  PageContent content;
  for (const evaluation::Record& one : records) { content.records.add(one); }
  return record_examples_html(content.records) + histograms_html(content);
}

TEST(RecordFigures, DoNotDependOnTheOrderOfRecords) {
  std::vector<evaluation::Record> records;
  for (int question = 0; question < 50; ++question) {
    records.push_back(record(question, question % 3 == 0, text::Finish::stop, cat("answer ", question)));
  }
  // A copy under another path, and records of one completion that differ.
  for (int question = 0; question < 50; question += 7) {
    records.push_back(records[static_cast<std::size_t>(question)]);
    records.back().correct = question % 2 == 0;
    records.back().text = "another text";
    records.back().tokens = 99;
  }
  for (evaluation::Record& one : records) { one.model_checksum = "sum"; }
  records.back().model = "a copy of the model";
  const std::string forwards = page_of(records);
  std::reverse(records.begin(), records.end());
  EXPECT_EQ(page_of(records), forwards);
  EXPECT_THAT(forwards, HasSubstr("wrong: question"));
}

TEST(RecordFigures, SamplesOfTwoSeedsAreNotDoubled) {
  RecordFigures figures;
  for (const char* settings : {R"({"greedy":false,"seed":1})", R"({"greedy":false,"seed":2})"}) {
    evaluation::Record one = record(0, true, text::Finish::stop, "1");
    one.settings = Json::parse(settings, "");
    figures.add(one);
  }
  EXPECT_EQ(figures.completions(), 2);
  EXPECT_EQ(figures.groups().size(), 1U);
}

TEST(Pages, ShowEveryBlockOfTheDocumentAndEscapeIt) {
  PageContent content;
  content.document = sample_document();
  content.document.sections[0].title = "<script>alert(1)</script>";
  content.command = "srl_report '<b>'";
  const std::string html = page(content);
  for (const char* text :
       {"&lt;script&gt;alert(1)&lt;/script&gt;", "61.1 [36.8, 81.4]", "21 of 2400", "Two rows.",
        "One of them was not asked.", "a warning, for stderr", "say &quot;a, b&quot;", "&lt;b&gt;"}) {
    EXPECT_THAT(html, HasSubstr(text));
  }
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http-equiv")));
  content.refresh_seconds = 5;
  EXPECT_THAT(page(content), HasSubstr("<meta http-equiv=\"refresh\" content=\"5\"/>"));
}

TEST(Pages, AreSmallForManyGroupsAndRows) {
  PageContent content;
  Table table{{{"row"}, {"value", "%", "95%"}}, {}};
  for (int row = 0; row < 20'000; ++row) { table.rows.push_back({cat("row ", row), Estimate{1, {0, 2}, 1}}); }
  content.document.sections.push_back({"Many", {table}});
  for (int model = 0; model < 300; ++model) {
    for (int question = 0; question < 20; ++question) {
      evaluation::Record one = record(question, false, text::Finish::stop, std::string(5000, '<'));
      one.model = cat("model ", model);
      one.text = std::string(20'000, '&');
      content.records.add(one);
    }
  }
  EXPECT_LT(page(content).size(), 4'000'000u);
}

}  // namespace
}  // namespace srl::analysis
