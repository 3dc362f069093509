#pragma once
// Reward signals (docs/method.md, "Signals"): one sampled completion → its reward. A new signal needs one
// file and one line of the table in signals.cpp (docs/extending.md).
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_pool.hpp"
#include "grading/grading.hpp"
#include "objective/objective.hpp"
#include "reward/batch_similarity.hpp"
#include "reward/format.hpp"
#include "reward/similarity.hpp"

namespace srl::objective {

struct SignalSettings {
  SignalOptions signal;
  reward::SimilarityOptions similarity;
  grading::GradingOptions grading;
  bool solution_tags = false;    ///< instance.action_tags = solution
  bool truncated_is_bad = true;  ///< objective.on_truncated = bad_format
  /// The policy's ids of a text; needed for similarity.unit = token only.
  std::function<std::vector<std::int32_t>(const std::string&)> encode = {};
};

/// The expert's text that actions are compared with, and the solution's final answer.
struct Expert {
  std::string target, answer;
};

/// What the policy wrote.
struct Completion {
  std::string_view text;            ///< prefill + sampled text, valid UTF-8
  reward::ParsedCompletion parsed;  ///< thought and action, empty when the format is wrong
  bool cut = false;                 ///< truncated, and objective.on_truncated = bad_format
};

/// Rewards the completions of one instance. Made once per instance; `reward` is called for each of the G
/// completions, from any thread.
class Signal {
 public:
  virtual ~Signal() = default;
  virtual double reward(const Completion& completion) const = 0;
};

struct SignalType {
  SignalKind kind;
  bool needs_format;  ///< with wrong format the reward is signal.bad_format; reward() is not called
  bool needs_answer;  ///< solutions without a final answer cannot be rewarded
  std::unique_ptr<Signal> (*make)(const SignalSettings& settings, const Expert& expert);
};
/// The table's entry for a kind. Bug for a kind that is not in the table (likelihood has no reward).
const SignalType& signal_type(SignalKind kind);

// One file each.
std::unique_ptr<Signal> similarity_signal(const SignalSettings& settings, const Expert& expert);
std::unique_ptr<Signal> exact_signal(const SignalSettings& settings, const Expert& expert);
std::unique_ptr<Signal> outcome_signal(const SignalSettings& settings, const Expert& expert);

/// Similarity of an action and a target, in the unit of similarity.unit.
double action_similarity(const std::string& action, const std::string& target,
                         const SignalSettings& settings);
/// The ids that are compared with similarity.unit = token: of the text, stripped as similarity.strip says.
std::vector<std::int32_t> compared_ids(std::string_view text, const SignalSettings& settings);

struct Score {
  double reward = 0;
  reward::ParsedCompletion parsed;  ///< thought and action; error when the format is wrong
  reward::FormatError format_error = reward::FormatError::none;  ///< also truncated
};

/// Scores the G completions of one instance.
class Scorer {
 public:
  /// `target`: the expert text (similarity, exact). `answer`: the final answer (outcome). Keeps a reference
  /// to `settings`.
  Scorer(const SignalSettings& settings, const std::string& target, const std::string& answer);
  Scorer(SignalSettings&&, const std::string&, const std::string&) = delete;
  ~Scorer();
  /// `text` is prefill + sampled text, valid UTF-8 (text::Tokenizer::sampled_text).
  Score score(std::string_view text, bool truncated) const;

 private:
  const SignalSettings& settings_;
  std::unique_ptr<Signal> signal_;
};

/// What the policy wrote for one instance.
struct Answers {
  Expert expert;
  std::vector<std::string> texts;  ///< prefill + sampled text, valid UTF-8
  std::vector<bool> truncated;     ///< [texts]
};
struct ScoredAnswers {
  std::vector<std::vector<Score>> scores;  ///< [instances][texts]
  std::int64_t pairs_on_gpu = 0;           ///< similarities computed there
};
/// Scores many instances on the pool's threads. With `gpu`, similarities are computed there, with the same
/// bits, where rewards_on_gpu(); pairs that cost a GPU too much are computed by the pool.
ScoredAnswers scores(std::span<const Answers> answers, const SignalSettings& settings, ThreadPool& pool,
                     const reward::GpuPlace* gpu = nullptr);
/// Whether a GPU can compute this signal: signal.kind = similarity.
bool rewards_on_gpu(const SignalOptions& signal);

}  // namespace srl::objective
