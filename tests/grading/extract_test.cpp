// Where a final answer is found in a text (docs/method.md, "Final answers").
#include <gmock/gmock.h>

#include "grading/grading.hpp"
#include "grading/text/literal.hpp"

namespace srl::grading {
namespace {

std::string found(std::string_view text) {
  const Extracted extracted = extract_answer(text);
  return extracted.found ? extracted.how + ": " + extracted.answer : "none";
}

TEST(ExtractAnswer, LastBoxWins) {
  EXPECT_EQ(found("first \\boxed{wrong}, final answer is 3, so \\boxed{42}."), "boxed: 42");
  EXPECT_EQ(found("\\boxed{\\frac{1}{2}}"), "boxed: \\frac{1}{2}");
  EXPECT_EQ(found("\\fbox{7}"), "boxed: 7");
  EXPECT_EQ(found("$\\boxed {\\{1, 2\\}}$"), "boxed: \\{1, 2\\}");
}

TEST(ExtractAnswer, BoxesThatOnlyJoinsSeparateAreOneList) {
  EXPECT_EQ(found("\\boxed{1} and \\boxed{2} and \\boxed{3}"), "boxed: 1, 2, 3");
  EXPECT_EQ(found("$\\boxed{1}\\boxed{2}$"), "boxed: 1, 2");
  EXPECT_EQ(found("$\\boxed{(2, 2)} \\quad \\text{and} \\quad \\boxed{(6, 2)}$"), "boxed: (2, 2), (6, 2)");
  EXPECT_EQ(found("\\($y_1 = \\boxed{1} \\) and \\( y_2 = \\boxed{2} \\)"), "boxed: 1, 2");
  EXPECT_EQ(found("\\boxed{1} no no no \\boxed{2}"), "boxed: 2");
}

TEST(ExtractAnswer, AnUnterminatedBoxIsNone) {
  EXPECT_EQ(found("start \\boxed{never closes"), "none");
  EXPECT_EQ(found("\\boxed{}"), "none");
}

TEST(ExtractAnswer, AfterThePhrase) {
  EXPECT_EQ(found("So the answer is 12. I hope it is correct."), "answer_is: 12");
  EXPECT_EQ(found("Final Answer: The final answer is $28 \\%$. I hope it is correct. Note: 3"),
            "answer_is: 28 \\%");
  EXPECT_EQ(found("The answer is 3. No: the answer is $\\frac{1}{2}$"), "answer_is: \\frac{1}{2}");
  EXPECT_EQ(found("6 + 7 = 13\n#### 13"), "answer_is: 13");
  EXPECT_EQ(
      found("Final Answer: Jane started growing Sphere 3 hours ago. I hope it is correct. <|im_start|>user"),
      "answer_is: 3 hours");
}

TEST(ExtractAnswer, LastNumber) {
  EXPECT_EQ(found("the number is not 10 which is 1,000.99 euros"), "last_number: 1,000.99 euros");
  EXPECT_EQ(found("he counts down 10-5"), "formula: 10-5");
  EXPECT_EQ(found("it falls to -5"), "last_number: -5");
  EXPECT_EQ(found("so it is 3/4 of them"), "last_number: 3/4");
  EXPECT_EQ(found("about 28% of them"), "last_number: 28%");
  EXPECT_EQ(found("AZYUK2A"), "none");
  EXPECT_EQ(found("12 of all x2"), "last_number: 12");
  EXPECT_EQ(found("no number"), "none");
  EXPECT_EQ(found(""), "none");
}

TEST(ExtractAnswer, WholeText) {
  EXPECT_EQ(found(" 42 "), "whole: 42");
  EXPECT_EQ(found("42<|endoftext|>"), "whole: 42");
  EXPECT_EQ(extract_answer("east", true).answer, "east");
}

TEST(Literals, SeparatorsDecimalsExponents) {
  const auto read = [](std::string_view text, bool plain = true) {
    Literal literal;
    if (!read_literal(text, 0, plain, literal)) { return std::string("none"); }
    return literal.digits + "e" + std::to_string(literal.exponent) + " " + std::to_string(literal.end);
  };
  EXPECT_EQ(read("1,234,567"), "1234567e0 9");
  EXPECT_EQ(read("1,234,567", false), "1e0 1");
  EXPECT_EQ(read("1,2345"), "1e0 1");
  EXPECT_EQ(read("11,\\! 111,\\! 111,\\! 100"), "11111111100e0 23");
  EXPECT_EQ(read("10{,}080"), "10080e0 8");
  EXPECT_EQ(read(".5"), "5e-1 2");
  EXPECT_EQ(read("1.50e-3"), "150e-5 7");
  EXPECT_EQ(read("2e27"), "2e27 4");
  EXPECT_EQ(read("2e"), "2e0 1");
  EXPECT_EQ(read("007"), "7e0 3");
  EXPECT_EQ(read("0.\\overline{36}"), "036e-2 15");
  EXPECT_EQ(read("x"), "none");
}

TEST(GradeNumbers, IntegersExactlyOthersWithinTolerance) {
  const GradingOptions off;
  EXPECT_TRUE(grade("\\boxed{1,000}", "1000", off).correct);
  EXPECT_FALSE(grade("\\boxed{100000}", "100009", off).correct);
  EXPECT_TRUE(grade("\\boxed{100000.0}", "100009", off).correct);
  EXPECT_TRUE(grade("\\boxed{\\frac{1}{2}}", "0.5", off).correct);
  EXPECT_TRUE(grade("\\boxed{50\\%}", "50", off).correct);
  EXPECT_FALSE(grade("\\boxed{0.5}", "50\\%", off).correct);
  GradingOptions on;
  on.percent_or_fraction = true;
  EXPECT_TRUE(grade("\\boxed{0.5}", "50\\%", on).correct);
  EXPECT_EQ(grade("nothing here", "5", off).how, "no_answer");
}

}  // namespace
}  // namespace srl::grading
