#include "evaluation/scoring.hpp"

#include "base/unicode.hpp"
#include "evaluation/rows/chosen.hpp"
#include "grading/grading.hpp"

namespace srl::evaluation {

StepScore score_step(const SampledText& written, const Question& question,
                     const objective::SignalSettings& settings) {
  StepScore score;
  if (written.finish != text::Finish::stop) { return score; }
  score.right_format = true;
  score.exact =
      python_strip(std::string_view(written.action)) == python_strip(std::string_view(question.reference));
  score.similarity = objective::action_similarity(written.action, question.reference, settings);
  if (question.unrelated) {
    score.similarity_unrelated = objective::action_similarity(written.action, *question.unrelated, settings);
  }
  return score;
}

Controls controls_of(const Question& question, const objective::SignalSettings& settings) {
  const auto similarity = [&](const std::string& text) {
    return objective::action_similarity(text, question.reference, settings);
  };
  Controls controls;
  if (!question.previous.empty()) { controls.previous = similarity(question.previous); }
  if (question.unrelated) { controls.other = similarity(*question.unrelated); }
  return controls;
}

AnswerScore score_answer(const std::string& text, const Question& question,
                         const grading::GradingOptions& grading) {
  if (!question.choices.empty()) {
    const std::string letter = chosen_letter(text, question.choices);
    return {.answer = letter,
            .correct = letter == question.reference,
            .how = letter.empty()                 ? "no_answer"
                   : letter == question.reference ? "choice"
                                                  : "different"};
  }
  const grading::Extracted found = grading::extract_answer(text);
  const grading::Verdict verdict = grading::grade(text, question.reference, grading);
  return {.answer = found.found ? found.answer : "", .correct = verdict.correct, .how = verdict.how};
}

}  // namespace srl::evaluation
