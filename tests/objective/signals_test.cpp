#include "objective/signals.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace srl::objective {
namespace {

SignalSettings settings_of(SignalKind kind) {
  SignalSettings settings;
  settings.signal.kind = kind;
  return settings;
}

TEST(Signals, SimilarityComparesTheActionOnly) {
  SignalSettings settings;
  const Scorer scorer(settings, "1. **Add** 2 + 2 = 4", "4");
  const Score exact = scorer.score("<think>anything at all</think> 1. **Add** 2 + 2 = 4\n", false);
  EXPECT_EQ(exact.reward, 1.0);
  EXPECT_EQ(exact.parsed.thought, "anything at all");
  EXPECT_EQ(scorer.score("1. **Add** 2 + 2 = 4", false).reward, -1.0);
  EXPECT_EQ(scorer.score("1. **Add** 2 + 2 = 4", false).format_error, reward::FormatError::missing_open);
  const Score other = scorer.score("<think>t</think>xyz", false);
  EXPECT_EQ(other.reward, 0.0);
}

TEST(Signals, StripNoneLeavesTheActionAlone) {
  SignalSettings settings;
  settings.similarity.strip = reward::Strip::none;
  const std::string text = "<think>t</think>\nabcd";
  for (const auto unit : {reward::SimilarityUnit::character, reward::SimilarityUnit::token}) {
    settings.similarity.unit = unit;
    settings.encode = [](const std::string& one) {
      return std::vector<std::int32_t>(one.begin(), one.end());
    };
    EXPECT_EQ(Scorer(settings, "abcd", "").score(text, false).reward, 8.0 / 9);
    EXPECT_EQ(Scorer(settings, "\nabcd", "").score(text, false).reward, 1.0);
    EXPECT_EQ(Scorer(settings, "abcd", "").score(text, false).parsed.action, "\nabcd");
  }
  settings.signal.kind = objective::SignalKind::exact;  // compares stripped texts in any case
  EXPECT_EQ(Scorer(settings, "abcd ", "").score(text, false).reward, 1.0);
}

TEST(Signals, ATruncatedAnswerHasBadFormatUnlessScored) {
  SignalSettings settings;
  const Scorer scorer(settings, "abcd", "");
  EXPECT_EQ(scorer.score("<think>t</think>abcd", true).reward, -1.0);
  EXPECT_EQ(scorer.score("<think>t</think>abcd", true).format_error, reward::FormatError::truncated);
  settings.truncated_is_bad = false;
  EXPECT_EQ(Scorer(settings, "abcd", "").score("<think>t</think>abcd", true).reward, 1.0);
}

TEST(Signals, ExactIsAllOrNothing) {
  const SignalSettings settings = settings_of(SignalKind::exact);
  const Scorer scorer(settings, " abcd\n", "");
  EXPECT_EQ(scorer.score("<think>t</think> abcd ", false).reward, 1.0);
  EXPECT_EQ(scorer.score("<think>t</think>abce", false).reward, 0.0);
  EXPECT_EQ(scorer.score("abcd", false).reward, -1.0);
}

TEST(Signals, OutcomeGradesTheFinalAnswerWhateverTheFormat) {
  const SignalSettings settings = settings_of(SignalKind::outcome);
  const Scorer scorer(settings, "", "72");
  EXPECT_EQ(scorer.score("so the total is \\boxed{72}", false).reward, 1.0);
  EXPECT_EQ(scorer.score("<think>hm</think>\\boxed{71}", false).reward, 0.0);
  // The answer after the thought counts; the thought's own answer does so only when nothing follows.
  EXPECT_EQ(scorer.score("<think>\\boxed{71}</think>\\boxed{72}", false).reward, 1.0);
  EXPECT_EQ(scorer.score("<think>\\boxed{72}</think>\\boxed{71}", false).reward, 0.0);
  EXPECT_EQ(scorer.score("<think>\\boxed{72}</think>", false).reward, 1.0);
}

TEST(Signals, TokenUnitComparesThePolicysIds) {
  SignalSettings settings;
  settings.similarity.unit = reward::SimilarityUnit::token;
  settings.encode = [](const std::string& text) {  // a token is two characters
    std::vector<std::int32_t> ids;
    for (std::size_t i = 0; i < text.size(); i += 2) {
      ids.push_back(text[i] * 256 + (i + 1 < text.size() ? text[i + 1] : 0));
    }
    return ids;
  };
  const Scorer scorer(settings, " abcdef ", "");
  EXPECT_EQ(scorer.score("<think>t</think>abcdef", false).reward, 1.0);
  EXPECT_EQ(scorer.score("<think>t</think>abXXef", false).reward, 2.0 * 2 / 6);
  EXPECT_EQ(scorer.score("<think>t</think>bcdef", false).reward,
            0.0);  // shifted by half a token: "bc" "de" "f"
  EXPECT_EQ(scorer.score("abcdef", false).reward, -1.0);
}

TEST(Signals, TheTableHasEveryKindButLikelihood) {
  for (const Word<SignalKind>& kind : words_of(SignalKind{})) {
    if (kind.value == SignalKind::likelihood) {
      EXPECT_THROW(signal_type(kind.value), Bug);
    } else {
      EXPECT_EQ(signal_type(kind.value).kind, kind.value);
    }
  }
  EXPECT_TRUE(signal_type(SignalKind::outcome).needs_answer);
}

}  // namespace
}  // namespace srl::objective
