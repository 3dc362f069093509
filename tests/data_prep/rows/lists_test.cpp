// Kinds of numbered lists besides "N. **Title**" (splitters_test.cpp has that one): cut by hand.
#include <gmock/gmock.h>

#include "data_prep/actions.hpp"
#include "data_prep/split/splitters.hpp"

namespace srl::data_prep {
namespace {

using testing::ElementsAre;

using Heads = std::vector<std::pair<std::string, std::string>>;

/// Both lines are steps; a text between them belongs to the first one.
void expect_heads(const std::string& first, const std::string& second) {
  EXPECT_THAT(actions(split_numbered(first + " a\nmore\n" + second + " b")),
              ElementsAre(first + " a\nmore", second + " b"));
}

TEST(Lists, MayHaveBracketsCirclesOrWideMarks) {
  for (const auto& [first, second] : Heads{{"1)", "2)"},
                                           {"(1)", "(2)"},
                                           {"（1）", "（2）"},
                                           {"1、", "2、"},
                                           {"①", "②"},
                                           {"**1. A**", "**2. B**"},
                                           {"**1)**", "**2)**"}}) {
    expect_heads(first, second);
  }
}

TEST(Lists, MayUseTheStepWordsOfOtherLanguages) {
  for (const auto& [first, second] : Heads{{"步骤1：", "步骤2："},
                                           {"步骤一：", "步骤二："},
                                           {"第一步：", "第二步："},
                                           {"第1步，", "第2步，"},
                                           {"Step one:", "Step two:"},
                                           {"STEP 1:", "STEP 2:"},
                                           {"Étape 1 :", "Étape 2 :"},
                                           {"étape une :", "étape deux :"},
                                           {"Schritt 1:", "Schritt 2:"},
                                           {"Paso uno.", "Paso dos."},
                                           {"Passo 1 –", "Passo 2 –"},
                                           {"Шаг 1.", "Шаг 2."},
                                           {"ステップ1:", "ステップ2:"},
                                           {"1단계:", "2단계:"},
                                           {"**Étape 1** :", "**Étape 2** :"}}) {
    expect_heads(first, second);
  }
}

TEST(Lists, AreNotSeenInSentencesAndFormulas) {
  const auto dropped = [](const std::string& text) { return split_numbered(text).dropped; };
  EXPECT_THAT((std::vector<std::string>{"Step one is a\nStep two is b", "Étape par étape\nÉtape deux fois",
                                        "1)(x+1)\n2)(x+2)", "(1)+2\n(2)+3", "步骤很多\n步骤很少",
                                        "onestep 1: a\nonestep 2: b"}),
              testing::Each(testing::ResultOf(dropped, "no_steps")));
}

TEST(Lists, OfBracketsGiveWayAndAreNoFault) {
  EXPECT_EQ(split_numbered("1. a\n1) x\n2) y\n2. b").steps.size(), 2u);
  EXPECT_EQ(split_numbered("(1) a\n(1) b").dropped, "no_steps") << "labels of equations";
  EXPECT_EQ(split_numbered("(2) a\n(3) b").dropped, "no_steps");
}

TEST(Lists, OfChineseNumeralsCountOn) {
  std::string text;
  for (const char* numeral : {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}) {
    text += std::string("第") + numeral + "步：x\n";
  }
  EXPECT_EQ(split_numbered(text).steps.size(), 12u);
}

TEST(Roman, NumeralsAreStepsOnlyByOption) {
  const char* text = "I. a\nII. b\nIII. c\nIV. d\nV. e\nVI. f\nVII. g\nVIII. h\nIX. i\nX. j\nXI. k";
  EXPECT_EQ(split_roman(text).steps.size(), 11u);
  EXPECT_EQ(split_numbered(text).dropped, "no_steps");
  EXPECT_THAT(actions(split_roman("(i) a\n(ii) b")), ElementsAre("(i) a", "(ii) b"));
  EXPECT_THAT(actions(split_roman("Step I: a\nStep II: b")), ElementsAre("Step I: a", "Step II: b"));
  const SplitResult titled = split_roman("I. **A** a\nII. **B** b");
  ASSERT_EQ(titled.steps.size(), 2u);
  EXPECT_EQ(titled.steps[1].title, "B");
  EXPECT_EQ(split_roman("I. a\nIII. b").dropped, "numbering_skips");
}

TEST(Sentences, OfTextsWhoseWordsAreSetApart) {
  std::string used;
  EXPECT_THAT(actions(split_steps("sentences", "x is rs . 5 . so y is 3 . 5 at 10 a . m . done .", used)),
              ElementsAre("x is rs . 5 .", "so y is 3 . 5 at 10 a . m .", "done ."));
}

}  // namespace
}  // namespace srl::data_prep
