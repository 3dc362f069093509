#include "data_prep/chunk/near_duplicates.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace srl::data_prep {
namespace {

TEST(NearlySame, IsJaccardOfThreeWordShinglesAtLeast70Percent) {
  // 10 words have 8 shingles. With three more words at the end, 8 of 11 shingles are shared (0.727). With
  // four more words, 8 of 12 are shared (0.667).
  const std::string ten = "a b c d e f g h i j";
  EXPECT_TRUE(nearly_same(shingles_of(ten), shingles_of(ten)));
  EXPECT_TRUE(nearly_same(shingles_of(ten), shingles_of(ten + " k l m")));
  EXPECT_FALSE(nearly_same(shingles_of(ten), shingles_of(ten + " k l m n")));
  EXPECT_EQ(shingles_of(ten).size(), 8u);
  EXPECT_EQ(shingles_of("a b").size(), 1u);
  EXPECT_FALSE(nearly_same(shingles_of("a b"), shingles_of("b a")));
  for (const char* word :
       {"a", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghabcdefgh"}) {  // in the middle and at the end
    const Shingles last = shingles_of(std::string("x y ") + word),
                   inside = shingles_of(std::string("x y ") + word + " z");
    EXPECT_TRUE(std::binary_search(inside.begin(), inside.end(), last.at(0))) << word;
  }
  EXPECT_NE(shingles_of("aaaaaaaa b c"), shingles_of("aaaaaaaab c d"));
}

TEST(Sketch, OfEqualSetsIsEqual) {
  EXPECT_EQ(sketch_of("a b c a b c a b c d"), sketch_of("a b c a b c d"));
  EXPECT_NE(sketch_of("a b c"), sketch_of("c b a"));
}

TEST(Sketch, AgreesAsOftenAsShinglesAreShared) {
  // Questions of 40 words, of which the last `own` differ: of their 38 + own shingles, 38 - own are shared.
  const auto question = [](int number, int own) {
    std::string text;
    for (int word = 0; word < 40; ++word) {
      text += "w" + std::to_string(word < 40 - own ? word + 100 * (number / 2) : word + 1000 * (number + 1)) +
              " ";
    }
    text.pop_back();
    return text;
  };
  for (const int own : {0, 4, 6, 12, 20, 38}) {
    std::size_t agreeing = 0, passed = 0;
    constexpr int pairs = 500;
    for (int pair = 0; pair < pairs; ++pair) {
      const Sketch a = sketch_of(question(2 * pair, own)), b = sketch_of(question(2 * pair + 1, own));
      for (std::size_t h = 0; h < a.size(); ++h) { agreeing += a[h] == b[h]; }
      passed += may_be_nearly_same(a, b);
    }
    const double jaccard = (38.0 - own) / (38.0 + own);
    EXPECT_NEAR(static_cast<double>(agreeing) / (24 * pairs), jaccard, 0.02) << own;
    if (jaccard >= 0.7) { EXPECT_GE(passed, pairs * 0.98) << own; }
    if (jaccard <= 0.2) { EXPECT_LE(passed, pairs * 0.02) << own; }
  }
}

}  // namespace
}  // namespace srl::data_prep
