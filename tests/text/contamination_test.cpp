#include "text/contamination.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "text/normalised_question.hpp"

namespace srl::text {
namespace {

TEST(NormalisedQuestion, FoldsCaseWidthAndSpace) {
  // The same as unicodedata.normalize("NFKC", s).lower() in Python, for full-width C, A with diaeresis, the
  // ligature fi, superscript two and Cyrillic Zhe.
  EXPECT_EQ(normalised_question("  Ab \t\n \xEF\xBC\xA3  \xC3\x84 \xEF\xAC\x81 x\xC2\xB2 \xD0\x96"),
            "ab c \xC3\xA4 fi x2 \xD0\xB6");
  EXPECT_EQ(normalised_question(" A\x1C\x0B"
                                "B  c\n"),
            "a b c");
  EXPECT_EQ(normalised_question(std::string("A\0\x01 B", 5)), std::string("a\0\x01 b", 5));
  EXPECT_EQ(normalised_question("  "), "");
}

TEST(Contamination, IsThirteenWordsInARowOrAWholeShorterQuestion) {
  Contamination set(13);
  set.add("One two three four five six seven eight nine ten eleven twelve thirteen fourteen.");
  set.add("What is 2+2?");
  EXPECT_TRUE(set.contains("so one, two three four five six seven (eight) nine ten eleven twelve thirteen!"));
  EXPECT_TRUE(set.contains("what is 2 + 2"));
  EXPECT_FALSE(set.contains("one two three four five six seven eight nine ten eleven twelve"));
  EXPECT_FALSE(set.contains("now what is 2 + 2"));
  EXPECT_FALSE(set.contains(""));
}

/// Words of an alphabet of four, with cases and signs that do not count.
std::string some_words(std::mt19937_64& random, std::size_t most) {
  std::string text;
  for (std::size_t left = random() % (most + 1); left > 0; --left) {
    text += std::string(random() % 2 == 0 ? " " : ", (") + "aBcd"[random() % 4];
  }
  return text;
}

TEST(Overlaps, AreThePairsThatContaminationFinds) {
  std::mt19937_64 random(3);
  int found = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const std::size_t words = 1 + random() % 6;
    const std::string benchmark = some_words(random, 12), training = some_words(random, 12);
    Contamination contamination(words);
    contamination.add(benchmark);
    Overlaps overlaps(words);
    overlaps.add(benchmark);
    const bool contains = contamination.contains(normalised_question(training));
    EXPECT_EQ(overlaps.see(training, 7), contains) << benchmark << " | " << training;
    EXPECT_EQ(overlaps.first(benchmark).has_value(), contains) << benchmark << " | " << training;
    found += contains;
  }
  EXPECT_GT(found, 400);
  EXPECT_LT(found, 3600);
}

TEST(Overlaps, NameTheFirstTrainingQuestion) {
  Overlaps overlaps(3);
  for (const char* question : {"one two three four", "five six seven", "Eight?", "nine ten"}) {
    overlaps.add(question);
  }
  EXPECT_FALSE(overlaps.see("one two and three four", 0));
  EXPECT_TRUE(overlaps.see("so two three four and FIVE, six seven", 4));
  EXPECT_TRUE(overlaps.see("one two three", 6));
  EXPECT_FALSE(overlaps.see("two three four", 8));
  EXPECT_TRUE(overlaps.see("eight", 9));
  EXPECT_EQ(overlaps.first("one two three four"), 4u);
  EXPECT_EQ(overlaps.first("five six seven"), 4u);
  EXPECT_EQ(overlaps.first("Eight?"), 9u);
  EXPECT_EQ(overlaps.first("nine ten"), std::nullopt);
}

}  // namespace
}  // namespace srl::text
