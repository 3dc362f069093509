#pragma once
// What is rewarded (METHOD 3): one sampled answer → its reward. A new signal is one line in score_answer's table (signals.cpp).
#include <memory>
#include <string>
#include <string_view>

#include "grading/grading.hpp"
#include "objective/objective.hpp"
#include "reward/format.hpp"
#include "reward/similarity.hpp"

namespace srl::objective {

struct SignalSettings {
  SignalOptions signal;
  reward::SimilarityOptions similarity;
  grading::GradingOptions grading;
  bool solution_tags = false;   ///< instance.action_tags = solution
  bool truncated_is_bad = true; ///< objective.truncated = bad_format
};

struct Score {
  double reward = 0;
  reward::ParsedAnswer parsed;    ///< thought and action; error when the format is wrong
  std::string format_error;       ///< "none", a format error's name, or "truncated"
};

/// Scores the G answers of one instance; the expert step is indexed once.
class Scorer {
 public:
  /// `target`: the expert text (similarity, exact). `answer`: the final answer (outcome).
  Scorer(const SignalSettings& settings, const std::string& target, const std::string& answer);
  ~Scorer();
  /// `text` is prefill + sampled text (invalid UTF-8 is replaced as in Python's errors="replace").
  Score score(std::string_view text, bool truncated) const;

 private:
  const SignalSettings& settings_;
  std::string target_, answer_;
  std::unique_ptr<reward::ExpertStep> expert_;
};

}  // namespace srl::objective
