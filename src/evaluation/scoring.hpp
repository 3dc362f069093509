#pragma once
// How completions are measured (docs/method.md, "Validation" and "Evaluation"): held-out steps by format,
// exact text and similarity, final answers by grading. The figures of a run and the records of srl_eval come
// from here.
#include <optional>
#include <string>

#include "evaluation/answering.hpp"
#include "evaluation/benchmark.hpp"
#include "objective/signals.hpp"

namespace srl::evaluation {

/// A completion to a held-out question beside the expert's text.
struct StepScore {
  bool right_format = false;  ///< neither truncated nor of wrong format; else nothing below holds
  bool exact = false;         ///< the action is the stripped target
  double similarity = 0;
  std::optional<double> similarity_unrelated;  ///< to another solution's target, where there is one
};
StepScore score_step(const SampledText& written, const Question& question,
                     const objective::SignalSettings& settings);

/// What similarity texts have that are no answer at all.
struct Controls {
  std::optional<double> previous;  ///< the step before, copied
  std::optional<double> other;     ///< another solution's target
};
Controls controls_of(const Question& question, const objective::SignalSettings& settings);

/// A final answer in a text beside the question's.
struct AnswerScore {
  std::string answer;  ///< as found; empty when there is none
  bool correct = false;
  std::string how;  ///< the grader's rule
};
AnswerScore score_answer(const std::string& text, const Question& question,
                         const grading::GradingOptions& grading);

}  // namespace srl::evaluation
