#include "data_prep/near_duplicates.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "data_prep/contamination.hpp"

namespace srl::data_prep {
namespace {

TEST(NormalisedQuestion, FoldsCaseWidthAndSpace) {
  // unicodedata.normalize("NFKC", s).lower() in Python: full-width C, A with diaeresis, the ligature fi, superscript two, Cyrillic Zhe
  EXPECT_EQ(normalised_question("  Ab \t\n \xEF\xBC\xA3  \xC3\x84 \xEF\xAC\x81 x\xC2\xB2 \xD0\x96"), "ab c \xC3\xA4 fi x2 \xD0\xB6");
  EXPECT_EQ(normalised_question(" A\x1C\x0B" "B  c\n"), "a b c");
  EXPECT_EQ(normalised_question(std::string("A\0\x01 B", 5)), std::string("a\0\x01 b", 5));
  EXPECT_EQ(normalised_question("  "), "");
}

TEST(NearlySame, IsJaccardOfThreeWordShinglesAtLeast70Percent) {
  // 10 words have 8 shingles; one more at the end shares 8 of 9; three more 8 of 11 = 0.727; four more 8 of 12 = 0.667.
  const std::string ten = "a b c d e f g h i j";
  EXPECT_TRUE(nearly_same(shingles_of(ten), shingles_of(ten)));
  EXPECT_TRUE(nearly_same(shingles_of(ten), shingles_of(ten + " k l m")));
  EXPECT_FALSE(nearly_same(shingles_of(ten), shingles_of(ten + " k l m n")));
  EXPECT_EQ(shingles_of(ten).size(), 8u);
  EXPECT_EQ(shingles_of("a b").size(), 1u);
  EXPECT_FALSE(nearly_same(shingles_of("a b"), shingles_of("b a")));
  for (const char* word : {"a", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghabcdefgh"}) {   // the same word in the middle and at the end
    const Shingles last = shingles_of(std::string("x y ") + word), inside = shingles_of(std::string("x y ") + word + " z");
    EXPECT_TRUE(std::binary_search(inside.begin(), inside.end(), last.at(0))) << word;
  }
  EXPECT_NE(shingles_of("aaaaaaaa b c"), shingles_of("aaaaaaaab c d"));
}

TEST(Bands, OfEqualSetsAreEqual) {
  EXPECT_EQ(bands_of("a b c a b c a b c d"), bands_of("a b c a b c d"));
  EXPECT_NE(bands_of("a b c"), bands_of("c b a"));
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

}  // namespace
}  // namespace srl::data_prep
