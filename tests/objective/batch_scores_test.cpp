// Scores of many instances at once, on the CPU and on a GPU, are those of each completion alone.
#include <algorithm>
#include <random>

#include "objective/signals.hpp"
#include "reward/on_a_gpu.hpp"

namespace srl::objective {
namespace {

using BatchScores = reward::testing::OnAGpu;

/// Completions of right, wrong and cut formats; texts with characters of two to four bytes.
std::vector<Answers> some_answers() {
  const std::vector<std::string> words = {"add 2", "  2 + 2 = 4 ", "größer", "∑ x²", "🙂", "x", ""};
  std::mt19937 random(5);
  const auto text = [&] {
    std::string made;
    for (auto count = random() % 9; count > 0; --count) { made += words[random() % words.size()] + " "; }
    return made;
  };
  std::vector<Answers> answers(13);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].expert = {text(), "4"};
    for (std::size_t c = 0; c < i % 5; ++c) {  // an instance may have no completion
      const bool right = random() % 4 > 0;
      answers[i].texts.push_back((right ? "<think>t</think>" : "<think>t") + text());
      answers[i].truncated.push_back(random() % 5 == 0);
    }
  }
  return answers;
}

struct Setting {
  SignalSettings settings;
  std::int64_t pairs = 0;  ///< that a GPU computes
};

void expect_scores(const Setting& setting, ThreadPool& pool, const reward::GpuPlace* gpu) {
  const std::vector<Answers> answers = some_answers();
  const ScoredAnswers scored = scores(answers, setting.settings, pool, gpu);
  EXPECT_EQ(scored.pairs_on_gpu, gpu ? setting.pairs : 0);
  ASSERT_EQ(scored.scores.size(), answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Scorer scorer(setting.settings, answers[i].expert.target, answers[i].expert.answer);
    ASSERT_EQ(scored.scores[i].size(), answers[i].texts.size());
    for (std::size_t c = 0; c < answers[i].texts.size(); ++c) {
      const Score expected = scorer.score(answers[i].texts[c], answers[i].truncated[c]);
      EXPECT_EQ(scored.scores[i][c].reward, expected.reward) << i << ", " << c;
      EXPECT_EQ(scored.scores[i][c].format_error, expected.format_error);
      EXPECT_EQ(scored.scores[i][c].parsed.action, expected.parsed.action);
      EXPECT_EQ(scored.scores[i][c].parsed.thought, expected.parsed.thought);
    }
  }
}

std::int64_t pairs_of(const SignalSettings& settings) {
  std::int64_t pairs = 0;
  for (const Answers& of : some_answers()) {
    const Scorer scorer(settings, of.expert.target, of.expert.answer);
    for (std::size_t c = 0; c < of.texts.size(); ++c) {
      pairs += scorer.score(of.texts[c], of.truncated[c]).format_error == reward::FormatError::none;
    }
  }
  return pairs;
}

std::vector<Setting> all_settings() {
  std::vector<Setting> all;
  for (const auto unit :
       {reward::SimilarityUnit::character, reward::SimilarityUnit::word, reward::SimilarityUnit::token}) {
    for (const auto strip : {reward::Strip::outer, reward::Strip::none}) {
      Setting& made = all.emplace_back();
      made.settings.similarity.unit = unit;
      made.settings.similarity.strip = strip;
      made.settings.encode = [](const std::string& one) {
        return std::vector<std::int32_t>(one.begin(), one.end());
      };
      made.pairs = pairs_of(made.settings);
    }
  }
  Setting& score_cut = all.emplace_back();
  score_cut.settings.truncated_is_bad = false;
  score_cut.pairs = pairs_of(score_cut.settings);
  for (const SignalKind kind : {SignalKind::exact, SignalKind::outcome}) {
    all.emplace_back().settings.signal.kind = kind;
  }
  return all;
}

TEST(ScoresOnThePool, AreThoseOfEachCompletionAlone) {
  ThreadPool pool(3);
  for (const Setting& setting : all_settings()) { expect_scores(setting, pool, nullptr); }
}

TEST_F(BatchScores, OnAGpuAreThoseOfEachCompletionAlone) {
  ThreadPool pool(2);
  const reward::GpuPlace place{stream(), workspace()};
  std::int64_t pairs = 0;
  for (const Setting& setting : all_settings()) {
    expect_scores(setting, pool, &place);
    pairs = std::max(pairs, setting.pairs);
  }
  EXPECT_GT(pairs, 5);
}

}  // namespace
}  // namespace srl::objective
