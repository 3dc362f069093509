#include "grading/grading.hpp"

#include <algorithm>
#include <optional>

#include "grading/compare/answers.hpp"
#include "grading/compare/compare.hpp"
#include "grading/extract/extract.hpp"
#include "grading/parse/latex_cleanup.hpp"
#include "grading/parse/parser.hpp"
#include "grading/parse/tree_properties.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

// The value at the end of an equation whose left side is not a name ("a + b = 7"); else the formula.
std::string value_stated_by(const std::string& formula) {
  const std::optional<Tree> tree = parse(formula, {});
  const std::size_t sign = formula.rfind('=');
  const bool equation = tree && tree->at(tree->root).kind == Kind::relation &&
                        tree->at(tree->root).ops.find_first_not_of('=') == std::string::npos;
  if (!equation || sign == std::string::npos || is_name(*tree, tree->at(tree->root).children[0]) ||
      has_variables(*tree, tree->at(tree->root).children.back())) {
    return formula;
  }
  return formula.substr(sign + 1);
}

// Whether both are the same choice: a letter alone, and the same letter, also with its text: (B) 12.
bool same_choice(std::string_view prediction, std::string_view reference) {
  const std::optional<Choice> p = choice_of(prediction), r = choice_of(reference);
  return p && r && p->letter == r->letter && (p->alone || r->alone);
}

// What is chosen, after the letter: the 12 of "(B) 12" and "B: 12"; else nothing.
std::string_view chosen_text(std::string_view answer) {
  for (const std::string_view mark : {"\\textbf{", "\\text{", "\\mathrm{"}) {
    if (answer.starts_with(mark)) { answer.remove_prefix(mark.size()); }
  }
  const bool bracket = answer.starts_with('(');
  const std::size_t end = bracket ? 3 : 2;
  if (answer.size() <= end || answer[bracket] < 'A' || answer[bracket] > 'E') { return {}; }
  const char mark = answer[bracket + 1];
  if (!(mark == ')' || (!bracket && (mark == ':' || mark == '.')))) { return {}; }
  answer.remove_prefix(end);
  if (answer.starts_with('}')) { answer.remove_prefix(1); }
  const bool spaced = answer.starts_with(' ') || answer.starts_with('~') || answer.starts_with('\\') ||
                      answer.starts_with('$');
  return spaced ? trimmed(answer) : std::string_view();
}

Verdict verdict_of(const Comparison& comparison) {
  switch (comparison.outcome) {
    case Outcome::same: return {true, comparison.how};
    case Outcome::undecided: return {false, "not_decided"};
    default: return {false, "different"};
  }
}

// Which other readings of the two texts there are.
struct Readings {
  bool grouped = false, unit_symbols = false;
};

Verdict compare_parsed(std::string_view prediction, std::string_view reference, Reading reading,
                       const GradingOptions& options, Budget& work, Readings& others) {
  std::optional<Tree> p = parse(prediction, reading), r = parse(reference, reading);
  if (p) { others = {p->grouped, p->unit_symbols}; }
  if (r) { others = {others.grouped || r->grouped, others.unit_symbols || r->unit_symbols}; }
  if (!p || !r) { return {false, p || r ? "different" : "not_decided"}; }
  to_normal_form(*p);
  to_normal_form(*r);
  match_forms(*p, *r);
  if (remarks_differ(*p, *r)) { return {false, "different"}; }
  return verdict_of(compare(*p, *r, options, work));
}

// Tries the readings that the texts allow.
Verdict compare_readings(std::string_view prediction, std::string_view reference,
                         const GradingOptions& options, Budget& work) {
  Readings others, unused;
  Verdict verdict = compare_parsed(prediction, reference, {}, options, work, others);
  const auto try_reading = [&](Reading reading) {
    if (verdict.correct) { return; }
    const Verdict again = compare_parsed(prediction, reference, reading, options, work, unused);
    verdict = again.correct ? again : verdict;
  };
  if (others.grouped) { try_reading({.groups = false}); }            // "1,234" may also be a list
  if (others.unit_symbols) { try_reading({.unit_symbols = true}); }  // "5 kV" may also be five kilovolts
  return verdict;
}

}  // namespace

Verdict same_answer(std::string_view prediction, std::string_view reference, const GradingOptions& options,
                    Budget& work) {
  if (std::max(prediction.size(), reference.size()) > limits::answer_bytes) {
    return prediction == reference ? Verdict{true, "string"} : Verdict{false, "not_decided"};
  }
  if (plain_words(prediction).empty() || plain_words(reference).empty()) { return {false, "no_answer"}; }
  if (prediction == reference) { return {true, "string"}; }
  const Verdict verdict = compare_readings(prediction, reference, options, work);
  if (verdict.correct) { return verdict; }
  if (typeset(prediction) == typeset(reference)) { return {true, "string"}; }
  if (same_choice(prediction, reference)) { return {true, "choice"}; }
  const std::string_view p = chosen_text(prediction), r = chosen_text(reference);
  if (p.empty() == r.empty() || choice_of(p.empty() ? prediction : reference)) { return verdict; }
  return compare_readings(p.empty() ? prediction : p, r.empty() ? reference : r, options, work);
}

Verdict same_answer(std::string_view prediction, std::string_view reference, const GradingOptions& options) {
  Budget work;
  return same_answer(prediction, reference, options, work);
}

Verdict grade(std::string_view prediction_text, std::string_view reference_text,
              const GradingOptions& options) {
  const Extracted prediction = extract_answer(prediction_text),
                  reference = extract_answer(reference_text, true);
  const bool bounded = std::max(prediction_text.size(), reference_text.size()) <= limits::answer_bytes;
  if (bounded && reference.how == "whole" && prediction.how != "boxed" &&
      prediction.how != "answer_is") {  // equal texts are the same answer
    const std::string_view answered = after_thought(prediction_text);
    if (!plain_words(answered).empty() && typeset(answered) == typeset(reference.answer)) {
      return {true, "string"};
    }
  }
  if (!prediction.found || !reference.found) { return {false, "no_answer"}; }
  const Verdict verdict = same_answer(prediction.answer, reference.answer, options);
  if (!verdict.correct &&
      prediction.how == "formula") {  // the last formula may be an equation; then also try its value
    const Verdict value = same_answer(value_stated_by(prediction.answer), reference.answer, options);
    return value.correct ? value : verdict;
  }
  return verdict;
}

}  // namespace srl::grading
