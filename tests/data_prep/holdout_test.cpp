#include "data_prep/holdout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "data_prep/near_duplicates.hpp"

namespace srl::data_prep {
namespace {

Outcome kept(const std::string& question) {
  Outcome outcome;
  outcome.result.solution.question = question;
  outcome.result.solution.steps = {{{}, {}, "1. a", {}}, {{}, {}, "2. b", {}}};
  return outcome;
}

std::vector<Outcome> many() {
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 40; ++i) outcomes.push_back(kept("What is the number " + std::to_string(i) + " times " + std::to_string(7 * i) + "?"));
  return outcomes;
}

std::set<std::string> validation(const std::vector<Outcome>& outcomes) {
  std::set<std::string> questions;
  for (const auto& o : outcomes) {
    if (o.result.solution.split == trajectory::Split::validation) questions.insert(o.result.solution.question);
  }
  return questions;
}

TEST(HoldOut, TakesWholeGroupsAndDoesNotDependOnTheOrder) {
  auto outcomes = many();
  hold_out(outcomes, 5, 0);
  const auto first = validation(outcomes);
  EXPECT_EQ(first.size(), 5u);
  auto reversed = many();
  std::reverse(reversed.begin(), reversed.end());
  hold_out(reversed, 5, 0);
  EXPECT_EQ(validation(reversed), first);
  auto other_seed = many();
  hold_out(other_seed, 5, 1);
  EXPECT_NE(validation(other_seed), first);
}

TEST(HoldOut, KeepsNearDuplicatesOnOneSide) {
  const std::string base = "A farmer has seventeen sheep and buys twelve more of them at the market on a sunny Monday morning in May";
  auto outcomes = many();
  for (const std::string& q : {base + ".", base + "!", "  A FARMER" + base.substr(8) + "."}) outcomes.push_back(kept(q));
  for (std::int64_t n = 1; n < 41; ++n) {
    auto copy = outcomes;
    hold_out(copy, n, 0);
    std::set<int> splits;
    for (std::size_t i = 40; i < 43; ++i) splits.insert(static_cast<int>(copy[i].result.solution.split));
    EXPECT_EQ(splits.size(), 1u) << n;
  }
}

TEST(HoldOut, LeavesSomethingToTrainOn) {
  auto outcomes = many();
  hold_out(outcomes, 1000, 0);
  EXPECT_EQ(validation(outcomes).size(), 39u);
}

TEST(Duplicates, OfQuestionAndStepsAreDroppedOnce) {
  std::vector<Outcome> outcomes{kept("same"), kept("same"), kept("other")};
  EXPECT_EQ(drop_exact_duplicates(outcomes), 1);
  EXPECT_EQ(outcomes[1].result.reason, "exact_duplicate");
}

TEST(NormalisedQuestion, FoldsCaseWidthAndSpace) {
  // unicodedata.normalize("NFKC", s).lower() in Python: full-width C, A with diaeresis, the ligature fi, superscript two, Cyrillic Zhe
  EXPECT_EQ(normalised_question("  Ab \t\n \xEF\xBC\xA3  \xC3\x84 \xEF\xAC\x81 x\xC2\xB2 \xD0\x96"), "ab c \xC3\xA4 fi x2 \xD0\xB6");
}

}  // namespace
}  // namespace srl::data_prep
