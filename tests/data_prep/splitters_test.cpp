// Hand-checked results of the splitters (docs/method.md, "Steps of a mathematical solution").
#include "data_prep/split/splitters.hpp"

#include <gmock/gmock.h>

#include <ostream>

#include "data_prep/actions.hpp"
#include "data_prep/split/prose_splitters.hpp"

namespace srl::data_prep {
namespace {

std::vector<std::string> titles(const SplitResult& result) {
  std::vector<std::string> texts;
  for (const auto& step : result.steps) { texts.push_back(step.title.value_or("-")); }
  return texts;
}
using testing::ElementsAre;

TEST(Numbered, TitledStepsKeepTheirTextAndTitle) {
  const auto r =
      split_numbered("1. **Set up:** x = 2\n   more\n\n2. **Solve** y = 3\n3. **Answer** \\boxed{5}\n");
  EXPECT_THAT(actions(r),
              ElementsAre("1. **Set up:** x = 2\n   more", "2. **Solve** y = 3", "3. **Answer** \\boxed{5}"));
  EXPECT_THAT(titles(r), ElementsAre("Set up", "Solve", "Answer"));
}

TEST(Numbered, TextBeforeTheFirstStepBelongsToIt) {
  EXPECT_THAT(actions(split_numbered("We begin.\n\n1. **A** a\n2. **B** b")),
              ElementsAre("We begin.\n\n1. **A** a", "2. **B** b"));
}

TEST(Numbered, NestedListsAreNotSteps) {
  const auto r = split_numbered("1. **A** cases:\n   1. one\n   2. two\n2. **B** b\n\t1. deep\n3. **C** c");
  EXPECT_EQ(r.steps.size(), 3u);
  EXPECT_EQ(r.steps[0].action, "1. **A** cases:\n   1. one\n   2. two");
}

TEST(Numbered, AnUnindentedPlainListInsideAStepIsNotSteps) {
  EXPECT_EQ(split_numbered("1. **A** cases:\n1. one\n2. two\n2. **B** b").steps.size(), 2u);
}

TEST(Numbered, CodeAndDisplayMathematicsAreSkipped) {
  EXPECT_EQ(split_numbered("1. **A** code\n```\n2. **no** x\n```\n2. **B** b").steps.size(), 2u);
  EXPECT_EQ(split_numbered("1. **A** m\n\\[\n2. **no** x\n\\]\n2. **B** b").steps.size(), 2u);
  EXPECT_EQ(split_numbered("1. **A** m\n$$\n2. **no** x\n$$\n2. **B** b").steps.size(), 2u);
  EXPECT_EQ(split_numbered("1. **A** m\n\\begin{align}\n2. **no** x\n\\end{align}\n2. **B** b").steps.size(),
            2u);
}

TEST(Numbered, ANumberAtASentencesEndOrStartIsNoStep) {
  EXPECT_EQ(split_numbered("1. **A** the value is 2.\n3 is odd\n2.5 is not whole\n2. **B** b").steps.size(),
            2u);
}

TEST(Numbered, ANumberOfAnyLengthAtALinesStartIsRead) {
  const std::string digits(40, '2');
  EXPECT_EQ(split_numbered(digits + ". a\n" + digits + ". b").dropped, "no_steps");
  EXPECT_EQ(split_numbered("Step " + digits + ": a").dropped, "no_steps");
  EXPECT_EQ(split_numbered("10000. a").dropped, "no_steps");
}

TEST(Numbered, FaultsHaveReasons) {
  EXPECT_EQ(split_numbered("1. **A** a\n2. **B** b\n1. **A** a\n2. **B** b").dropped, "numbering_restarts");
  EXPECT_EQ(split_numbered("1. **A** a\n3. **B** b").dropped, "numbering_skips");
  EXPECT_EQ(split_numbered("2. **A** a\n3. **B** b").dropped, "numbering_skips");
  EXPECT_EQ(split_numbered("1. **A** alone").dropped, "single_step");
  EXPECT_EQ(split_numbered("just prose").dropped, "no_steps");
  EXPECT_EQ(split_numbered("").dropped, "no_steps");
}

TEST(Numbered, AMissingBoldFillsAGap) {
  const auto r = split_numbered("1. **A** a\n2. b without bold\n3. **C** c");
  EXPECT_THAT(titles(r), ElementsAre("A", "-", "C"));
}

TEST(Numbered, PlainListsAndHeadingsAreStepsWhenNothingIsTitled) {
  EXPECT_THAT(actions(split_numbered("1. first\n2. second")), ElementsAre("1. first", "2. second"));
  EXPECT_THAT(actions(split_numbered("Step 1: first\nx\nStep 2: second")),
              ElementsAre("Step 1: first\nx", "Step 2: second"));
  EXPECT_THAT(titles(split_numbered("### Step 1: Begin\nx\n### Step 2: End\ny")),
              ElementsAre("Begin", "End"));
  EXPECT_EQ(split_numbered("**Step 1:** first\n**Step 2:** second").steps.size(), 2u);
  EXPECT_EQ(split_numbered("Step 1 shows that\nStep 2 shows more").dropped, "no_steps");
}

TEST(Numbered, WindowsLineEndsAndOtherScriptsWork) {
  EXPECT_THAT(actions(split_numbered("1. **A** a\r\n2. **B** b\r\n")),
              ElementsAre("1. **A** a", "2. **B** b"));
  EXPECT_THAT(titles(split_numbered("1. **\xE8\xAE\xA1\xE7\xAE\x97** x\n2. **\xF0\x9F\x98\x80** y")),
              ElementsAre("\xE8\xAE\xA1\xE7\xAE\x97", "\xF0\x9F\x98\x80"));
}

TEST(Lines, AreGsm8kSteps) {
  const auto r =
      split_lines("She sold 48/2 = <<48/2=24>>24 clips.\nTogether 48+24 = <<48+24=72>>72.\n#### 72");
  EXPECT_THAT(actions(r), ElementsAre("She sold 48/2 = 24 clips.", "Together 48+24 = 72."));
  EXPECT_EQ(r.answer, "72");
  EXPECT_EQ(split_lines("one\n#### 1").dropped, "single_step");
  EXPECT_THAT(actions(split_lines("a << b\nc")), ElementsAre("a << b", "c"));
}

struct Prose {
  const char* name;
  const char* text;
  std::vector<std::string> steps;  ///< cut by hand
};
void PrintTo(const Prose& p, std::ostream* out) {
  *out << p.name;
}

class Sentences : public testing::TestWithParam<Prose> {};
TEST_P(Sentences, AreCutAsByHand) {
  EXPECT_EQ(sentences(GetParam().text), GetParam().steps);
}
INSTANTIATE_TEST_SUITE_P(
    Hand, Sentences,
    testing::Values(
        Prose{"plain",
              "First we add. Then we halve! Is it even? Yes.",
              {"First we add.", "Then we halve!", "Is it even?", "Yes."}},
        Prose{"decimals",
              "The price is 2.50 euros. It rises by 0.5.",
              {"The price is 2.50 euros.", "It rises by 0.5."}},
        Prose{"abbreviations",
              "Use a prime, e.g. Two works. See Fig. 3 for it.",
              {"Use a prime, e.g. Two works.", "See Fig. 3 for it."}},
        Prose{"lower_case_goes_on",
              "We get approx. five of them. Done.",
              {"We get approx. five of them.", "Done."}},
        Prose{"inline_mathematics",
              "Let $f(x) = 1. Then$ be odd. So \\(a. B\\) holds.",
              {"Let $f(x) = 1. Then$ be odd.", "So \\(a. B\\) holds."}},
        Prose{"mathematics_first", "$a. B$ holds. So $c$.", {"$a. B$ holds.", "So $c$."}},
        Prose{"display_mathematics",
              "We have \\[ x = 1. \\quad Y = 2. \\] Hence three. $$A. B$$ Fine.",
              {"We have \\[ x = 1. \\quad Y = 2. \\] Hence three.", "$$A. B$$ Fine."}},
        Prose{"ends_in_mathematics", "So $x = 3$. Also $y = 4$.", {"So $x = 3$.", "Also $y = 4$."}},
        Prose{"begins_with_mathematics", "It follows. $x = 3$ is left.", {"It follows.", "$x = 3$ is left."}},
        Prose{"begins_with_a_number",
              "There are 5. 3 of them are red.",
              {"There are 5.", "3 of them are red."}},
        Prose{"list_number",
              "1. Add both. 2. is even.\n2. Halve it.",
              {"1. Add both.", "2. is even.", "2. Halve it."}},
        Prose{"money",
              "It costs $5. She pays $20. The rest is $15.",
              {"It costs $5.", "She pays $20.", "The rest is $15."}},
        Prose{"two_amounts_in_a_sentence",
              "It fell from $50 to $20. Now $x = 5$. And $y$ is 3.",
              {"It fell from $50 to $20.", "Now $x = 5$.", "And $y$ is 3."}},
        Prose{"amount_then_mathematics",
              "He has $5. Let $x. Y$ be it. Then $2x$ is $10.",
              {"He has $5.", "Let $x. Y$ be it.", "Then $2x$ is $10."}},
        Prose{"mathematics_with_blanks",
              "So $a. B$ holds. Take $ n. M $ of it.",
              {"So $a. B$ holds.", "Take $ n. M $ of it."}},
        Prose{"blank_line", "A heading\n\nAnd text. More", {"A heading", "And text.", "More"}},
        Prose{"line_end_is_space", "One is\nodd. Two\nis even.", {"One is\nodd.", "Two\nis even."}},
        Prose{"closing_marks",
              "He said \"no.\" She left (at once.) They ate.",
              {"He said \"no.\"", "She left (at once.)", "They ate."}},
        Prose{"code",
              "Run `a. B` now. Then ```\nx. Y\n``` ends. Ok.",
              {"Run `a. B` now.", "Then ```\nx. Y\n``` ends.", "Ok."}},
        Prose{"full_width",
              "\xE5\x8A\xA0\xE3\x80\x82\xE5\x87\x8F\xEF\xBC\x81",
              {"\xE5\x8A\xA0\xE3\x80\x82", "\xE5\x87\x8F\xEF\xBC\x81"}},
        Prose{"emoji", "Done \xF0\x9F\x98\x80. Next", {"Done \xF0\x9F\x98\x80.", "Next"}},
        Prose{"ellipsis", "Add 1, 2, 3... Then stop.", {"Add 1, 2, 3...", "Then stop."}},
        Prose{"nothing", " \n ", {}}),
    [](const auto& chosen) { return chosen.param.name; });

class Paragraphs : public testing::TestWithParam<Prose> {};
TEST_P(Paragraphs, AreCutAsByHand) {
  EXPECT_EQ(paragraphs(GetParam().text), GetParam().steps);
}
INSTANTIATE_TEST_SUITE_P(
    Hand, Paragraphs,
    testing::Values(Prose{"two", "a\nb\n\nc", {"a\nb", "c"}},
                    Prose{"many_blank_lines", "\n\na\n \n\t\n\nb\n\n", {"a", "b"}},
                    Prose{"one", "a\nb", {"a\nb"}}, Prose{"nothing", "\n\n", {}},
                    Prose{"code", "a\n```\nx\n\ny\n```\n\nb", {"a\n```\nx\n\ny\n```", "b"}},
                    Prose{"mathematics", "a\n\\[\nx\n\ny\n\\]\n\nb", {"a\n\\[\nx\n\ny\n\\]", "b"}},
                    Prose{"environment",
                          "\\begin{align}\nx\n\ny\n\\end{align}\n\nb",
                          {"\\begin{align}\nx\n\ny\n\\end{align}", "b"}},
                    Prose{"dollars", "$$\nx\n\ny\n$$\n\nb", {"$$\nx\n\ny\n$$", "b"}}),
    [](const auto& chosen) { return chosen.param.name; });

TEST(ByName, ProseSplittersDropASolutionOfOneStepAndWholeKeepsIt) {
  std::string used;
  EXPECT_THAT(actions(split_steps("paragraphs", "a\r\n\r\nb", used)), ElementsAre("a", "b"));
  EXPECT_EQ(used, "paragraphs");
  EXPECT_EQ(split_steps("paragraphs", "a\nb", used).dropped, "single_step");
  EXPECT_THAT(actions(split_steps("sentences", "It is. So be it.", used)),
              ElementsAre("It is.", "So be it."));
  EXPECT_EQ(split_steps("sentences", "", used).dropped, "no_steps");
  EXPECT_THAT(actions(split_steps("whole", " 1. a\n\n2. b ", used)), ElementsAre("1. a\n\n2. b"));
  EXPECT_EQ(split_steps("whole", " ", used).dropped, "no_steps");
}

struct Numbering {
  const char* name;
  const char* text;
  std::vector<std::string> steps;  ///< cut by hand; empty when dropped
  const char* dropped = "";
};
void PrintTo(const Numbering& n, std::ostream* out) {
  *out << n.name;
}

class NumberedByHand : public testing::TestWithParam<Numbering> {};
TEST_P(NumberedByHand, GivesTheseSteps) {
  const auto r = split_numbered(GetParam().text);
  EXPECT_EQ(actions(r), GetParam().steps);
  EXPECT_EQ(r.dropped, GetParam().dropped);
}
INSTANTIATE_TEST_SUITE_P(
    Hand, NumberedByHand,
    testing::Values(
        Numbering{
            "answer_line", "1. **A** 2+1=<<2+1=3>>3\n2. **B** b\n#### 7", {"1. **A** 2+1=3", "2. **B** b"}},
        Numbering{"three_levels",
                  "1. **A** a\n   - i\n     1. deep\n   - ii\n2. **B** b",
                  {"1. **A** a\n   - i\n     1. deep\n   - ii", "2. **B** b"}},
        Numbering{"brackets_are_nested",
                  "1. **A** a\n1) x\n2) y\n2. **B** b",
                  {"1. **A** a\n1) x\n2) y", "2. **B** b"}},
        Numbering{"decimal_first",
                  "1. **A** a\n2.5 is the mean\n2. **B** b",
                  {"1. **A** a\n2.5 is the mean", "2. **B** b"}},
        Numbering{"year_first",
                  "1. **A** in\n2024. That year\n2. **B** b",
                  {"1. **A** in\n2024. That year", "2. **B** b"}},
        Numbering{"inline_number",
                  "1. **A** x is 2. **so** y\n2. **B** b",
                  {"1. **A** x is 2. **so** y", "2. **B** b"}},
        Numbering{"tilde_code",
                  "1. **A** a\n~~~\n2. **x** y\n~~~\n2. **B** b",
                  {"1. **A** a\n~~~\n2. **x** y\n~~~", "2. **B** b"}},
        Numbering{"indented_code",
                  "1. **A** a\n    2. **x** y\n2. **B** b",
                  {"1. **A** a\n    2. **x** y", "2. **B** b"}},
        Numbering{
            "nested_environments",
            "1. **A** a\n\\[\n\\begin{cases}\n2. **x** y\n\\end{cases}\n3. **z** z\n\\]\n2. **B** b",
            {"1. **A** a\n\\[\n\\begin{cases}\n2. **x** y\n\\end{cases}\n3. **z** z\n\\]", "2. **B** b"}},
        Numbering{"ten_and_more",
                  "1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n7. g\n8. h\n9. i\n10. j\n11. k",
                  {"1. a", "2. b", "3. c", "4. d", "5. e", "6. f", "7. g", "8. h", "9. i", "10. j", "11. k"}},
        Numbering{"tabs_after_the_number", "1.\t**A** a\n2.\t**B** b", {"1.\t**A** a", "2.\t**B** b"}},
        Numbering{"blank_lines", "\n\n1. **A** a\n\n\n2. **B** b\n\n", {"1. **A** a", "2. **B** b"}},
        Numbering{"old_mac_line_ends", "1. **A** a\r2. **B** b", {"1. **A** a", "2. **B** b"}},
        Numbering{"text_after_the_last",
                  "1. **A** a\n2. **B** b\n\nSo it is 3.",
                  {"1. **A** a", "2. **B** b\n\nSo it is 3."}},
        Numbering{"restart_in_a_second_solution",
                  "1. **A** a\n2. **B** b\n\nAlternatively:\n1. **C** c",
                  {},
                  "numbering_restarts"},
        Numbering{"twice_the_same", "1. **A** a\n2. **B** b\n2. **C** c", {}, "numbering_restarts"},
        Numbering{"from_zero", "0. **A** a\n1. **B** b", {}, "numbering_restarts"},
        Numbering{"a_gap_at_the_end", "1. **A** a\n2. **B** b\n4. **D** d", {}, "numbering_skips"},
        Numbering{"letters", "a. **A** a\nb. **B** b", {}, "no_steps"},
        Numbering{"bullets", "- **A** a\n- **B** b", {}, "no_steps"},
        Numbering{"unclosed_code", "1. **A** a\n```\n2. **B** b", {}, "single_step"},
        Numbering{"wide_digits", "\xEF\xBC\x91. a\n\xEF\xBC\x92. b", {}, "no_steps"}),
    [](const auto& chosen) { return chosen.param.name; });

TEST(LinesIfAnswer, AreLinesOnlyUnderAnAnswerLine) {
  std::string used;
  EXPECT_EQ(split_steps("lines_if_answer", "a\nb\n#### 3", used).steps.size(), 2u);
  EXPECT_EQ(used, "lines");
  EXPECT_EQ(split_steps("lines_if_answer", "a\nb", used).dropped, "no_steps");
  EXPECT_EQ(split_steps("lines_if_answer", "a\n#### Heading\nb", used).dropped, "no_steps");
  EXPECT_EQ(split_steps("lines_if_answer", "a\nb\n#### 3\r\n \n", used).answer, "3");
  EXPECT_EQ(split_steps("numbered", "1. a\n2. b\n#### 3", used).answer, "3");
}

TEST(LinesIfAnswer, AMarkdownHeadingIsNoGsm8kAnswer) {
  std::string used;
  const auto r =
      split_steps("numbered", "1. **A** a\n2. **B** b\n#### Second part\n1. **C** c\n2. **D** d", used);
  EXPECT_EQ(r.dropped, "numbering_restarts");
  EXPECT_THAT(actions(split_lines("a\n#### Part\nb\n#### 4")), ElementsAre("a", "#### Part", "b"));
}

}  // namespace
}  // namespace srl::data_prep
