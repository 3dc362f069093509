#pragma once
// Scoring of completions (docs/method.md, "Validation" and "Evaluation"): held-out steps by format, exact
// text and similarity; final answers by grading. Used for validation figures and for the records of srl_eval.
#include <optional>
#include <string>

#include "evaluation/answering.hpp"
#include "evaluation/benchmark.hpp"
#include "objective/signals.hpp"

namespace srl::evaluation {

/// Score of a completion for a held-out question, compared with the expert's step.
struct StepScore {
  bool right_format = false;  ///< not truncated and right format; if false, the fields below are not set
  bool exact = false;         ///< the action equals the stripped target
  double similarity = 0;
  std::optional<double> similarity_unrelated;  ///< to another solution's target, if there is one
};
StepScore score_step(const SampledText& written, const Question& question,
                     const objective::SignalSettings& settings);

/// Similarity to the target of texts that are not a valid completion.
struct Controls {
  std::optional<double> previous;  ///< the step before, copied
  std::optional<double> other;     ///< another solution's target
};
Controls controls_of(const Question& question, const objective::SignalSettings& settings);

/// Score of the final answer in a text, compared with the question's reference.
struct AnswerScore {
  std::string answer;  ///< as found; empty when there is none
  bool correct = false;
  std::string how;  ///< the grader's rule
};
AnswerScore score_answer(const std::string& text, const Question& question,
                         const grading::GradingOptions& grading);

}  // namespace srl::evaluation
