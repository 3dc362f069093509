// Growing groups of nearly same questions: bounded, and mostly without reading texts.
#include "data_prep/select/similar_groups.hpp"

#include <gtest/gtest.h>

namespace srl::data_prep {
namespace {

const std::vector<std::string> names{"anna", "bruno", "carla", "dimitri", "esra", "farid", "greta", "hassan", "ines", "jonas"};

/// Word problems of one pattern that are not nearly the same: names, things and numbers differ.
std::string word_problem(std::size_t i) {
  const std::string &who = names[i % 10], &what = names[i / 10 % 10], &where = names[i / 100 % 10];
  return who + " packs " + std::to_string(i) + " " + what + " cards into each of " + std::to_string(i * 7) + " boxes and then " + std::to_string(i * 3) +
         " more " + what + " cards come from " + where + " so how many " + what + " cards does " + who + " count at " + where + " in all";
}

TEST(Flood, JoinsWhatIsNearlyTheSame) {
  const std::string one = "a b c d e f g h i j k l m n o p q r s t", other = one + " u v", third = one.substr(4);
  Flood flood;
  const Flood::Node a = flood.begin(5), b = flood.begin(3), c = flood.begin(9);
  flood.recruit(a, sketch_of(one), one);
  flood.recruit(c, sketch_of(word_problem(1)), word_problem(1));
  flood.begin_round();
  const auto like = flood.groups_like(sketch_of(other), [&] { return other; });
  ASSERT_EQ(like.size(), 1u);
  EXPECT_EQ(like[0], flood.root(a));
  flood.recruit(b, sketch_of(third), third);
  EXPECT_EQ(flood.root(a), flood.root(b));
  EXPECT_EQ(flood.groups(), (std::vector<std::pair<std::uint64_t, Flood::Node>>{{3, flood.root(a)}, {9, c}}));
  flood.begin_round();
  EXPECT_TRUE(flood.groups_like(sketch_of(word_problem(1)), [&] { return word_problem(1); }).empty()) << "it recruited in the round before";
}

TEST(Flood, HoldsFewOfThoseThatAreAlike) {
  const std::string text = word_problem(3);
  Flood flood;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(flood.wants(sketch_of(text)), i < 32) << i;
    flood.recruit(flood.begin(i), sketch_of(text), text);
  }
  EXPECT_EQ(flood.recruiters(), 32u);
  EXPECT_EQ(flood.groups().size(), 1u);
}

TEST(Flood, OffersNoGroupThatIsOpen) {
  Flood flood;
  const Flood::Node a = flood.begin(1), b = flood.begin(2), c = flood.begin(3), d = flood.begin(4);
  flood.join(a, c);
  flood.leave_open(c);
  flood.recruit(d, sketch_of(word_problem(1)), word_problem(1));
  flood.begin_round();
  EXPECT_EQ(flood.groups().size(), 2u);
  flood.break_off();
  EXPECT_EQ(flood.groups(), (std::vector<std::pair<std::uint64_t, Flood::Node>>{{2, b}})) << "who still recruits has not met all that are like it";
  EXPECT_TRUE(flood.round_is_empty());
}

TEST(Flood, ReadsFewTextsOfQuestionsMadeFromOnePattern) {
  Flood flood;
  for (std::size_t i = 0; i < 91; ++i) flood.recruit(flood.begin(i), sketch_of(word_problem(11 * i)), word_problem(11 * i));
  flood.begin_round();
  std::size_t read = 0, found = 0;
  for (std::size_t i = 5000; i < 7000; ++i) {
    const std::string text = word_problem(i);
    found += flood.groups_like(sketch_of(text), [&] { ++read; return text; }).size();
  }
  EXPECT_EQ(found, 0u);
  EXPECT_LT(read, 700u) << "of 2000; two in three without the sketches";
}

}  // namespace
}  // namespace srl::data_prep
