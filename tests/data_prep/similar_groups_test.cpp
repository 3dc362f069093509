// Groups of nearly same questions that grow: their memory is bounded, and few texts are read.
#include "data_prep/select/similar_groups.hpp"

#include <gtest/gtest.h>

namespace srl::data_prep {
namespace {

const std::vector<std::string> names{"anna",  "bruno", "carla",  "dimitri", "esra",
                                     "farid", "greta", "hassan", "ines",    "jonas"};

/// Word problems of one pattern that are not nearly the same, because names, things and numbers differ.
std::string word_problem(std::size_t i) {
  const std::string &who = names[i % 10], &what = names[i / 10 % 10], &where = names[i / 100 % 10];
  return who + " packs " + std::to_string(i) + " " + what + " cards into each of " + std::to_string(i * 7) +
         " boxes and then " + std::to_string(i * 3) + " more " + what + " cards come from " + where +
         " so how many " + what + " cards does " + who + " count at " + where + " in all";
}

TEST(SimilarGroups, JoinsWhatIsNearlyTheSame) {
  const std::string one = "a b c d e f g h i j k l m n o p q r s t", other = one + " u v",
                    third = one.substr(4);
  SimilarGroups groups;
  const SimilarGroups::Node a = groups.begin(5), b = groups.begin(3), c = groups.begin(9);
  groups.expand_from(a, sketch_of(one), one);
  groups.expand_from(c, sketch_of(word_problem(1)), word_problem(1));
  groups.begin_round();
  const auto like = groups.groups_like(sketch_of(other), [&] { return other; });
  ASSERT_EQ(like.size(), 1u);
  EXPECT_EQ(like[0], groups.root(a));
  groups.expand_from(b, sketch_of(third), third);
  EXPECT_EQ(groups.root(a), groups.root(b));
  EXPECT_EQ(groups.groups(),
            (std::vector<std::pair<std::uint64_t, SimilarGroups::Node>>{{3, groups.root(a)}, {9, c}}));
  groups.begin_round();
  EXPECT_TRUE(groups.groups_like(sketch_of(word_problem(1)), [&] { return word_problem(1); }).empty())
      << "its group was compared in the round before";
}

TEST(SimilarGroups, HoldsFewOfThoseThatAreAlike) {
  const std::string text = word_problem(3);
  SimilarGroups groups;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(groups.wants(sketch_of(text)), i < 32) << i;
    groups.expand_from(groups.begin(i), sketch_of(text), text);
  }
  EXPECT_EQ(groups.expanding(), 32u);
  EXPECT_EQ(groups.groups().size(), 1u);
}

TEST(SimilarGroups, OffersNoGroupThatIsOpen) {
  SimilarGroups groups;
  const SimilarGroups::Node a = groups.begin(1), b = groups.begin(2), c = groups.begin(3),
                            d = groups.begin(4);
  groups.join(a, c);
  groups.leave_open(c);
  groups.expand_from(d, sketch_of(word_problem(1)), word_problem(1));
  groups.begin_round();
  EXPECT_EQ(groups.groups().size(), 2u);
  groups.break_off();
  EXPECT_EQ(groups.groups(), (std::vector<std::pair<std::uint64_t, SimilarGroups::Node>>{{2, b}}))
      << "a group that still grows has not been compared with all questions";
  EXPECT_TRUE(groups.round_is_empty());
}

TEST(SimilarGroups, ReadsFewTextsOfQuestionsMadeFromOnePattern) {
  SimilarGroups groups;
  for (std::size_t i = 0; i < 91; ++i) {
    groups.expand_from(groups.begin(i), sketch_of(word_problem(11 * i)), word_problem(11 * i));
  }
  groups.begin_round();
  std::size_t read = 0, found = 0;
  for (std::size_t i = 5000; i < 7000; ++i) {
    const std::string text = word_problem(i);
    found += groups
                 .groups_like(sketch_of(text),
                              [&] {
                                ++read;
                                return text;
                              })
                 .size();
  }
  EXPECT_EQ(found, 0u);
  EXPECT_LT(read, 700u) << "of 2000 texts; without the sketches two in three are read";
}

}  // namespace
}  // namespace srl::data_prep
