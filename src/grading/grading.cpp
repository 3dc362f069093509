#include "grading/grading.hpp"

#include <algorithm>
#include <optional>

#include "grading/compare.hpp"
#include "grading/extract.hpp"
#include "grading/limits.hpp"
#include "grading/parser.hpp"
#include "grading/spelling.hpp"

namespace srl::grading {
namespace {

// Parses as a formula or number by itself: no text answer, and no sentence read as a product of letters.
bool is_formula(std::string_view text) {
  const std::optional<Tree> tree = parse(text, true);
  return tree && !tree->prose && tree->at(tree->root).kind != Kind::word;
}

std::vector<std::string> sorted_units(const Tree& tree) {
  std::vector<std::string> units = tree.units;
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  return units;
}

// Two known units that differ (cents, dollars) make different answers; one that is missing does not.
bool units_differ(const Tree& a, const Tree& b) {
  const std::vector<std::string> x = sorted_units(a), y = sorted_units(b);
  return !x.empty() && !y.empty() && x != y;
}

Verdict verdict_of(const Comparison& comparison) {
  switch (comparison.outcome) {
    case Outcome::same: return {true, comparison.how};
    case Outcome::undecided: return {false, "not_decided"};
    default: return {false, "different"};
  }
}

Verdict compare_parsed(std::string_view prediction, std::string_view reference, bool groups, const GradingOptions& options, bool& grouped) {
  std::optional<Tree> p = parse(prediction, groups), r = parse(reference, groups);
  if (!p || !r) {
    return {false, p || r ? "different" : "not_decided"};
  }
  grouped = p->grouped || r->grouped;
  settle(*p);
  settle(*r);
  if (units_differ(*p, *r)) {
    return {false, "different"};
  }
  Work work;
  return verdict_of(compare(*p, *r, options, work));
}

}  // namespace

void GradingOptions::visit(config::Visitor& v) {
  v.section("grading");
  v.option("percent_or_fraction", percent_or_fraction,
           "also right after x100 or /100, as the Qwen2.5-Math package has it; would pay wrong answers in RLVR");
}

Extracted extract_answer(std::string_view text, bool reference) {
  if (text.size() > limits::extraction_tail) {
    text = text.substr(text.size() - limits::extraction_tail);
  }
  if (std::optional<std::string> boxed = last_boxed(text)) {
    return {!boxed->empty(), *boxed, "boxed"};
  }
  if (std::optional<std::string> stated = after_phrase(text)) {
    if (!is_formula(*stated)) {
      if (std::optional<std::string> number = last_number(*stated)) {
        return {true, *number, "answer_is"};
      }
    }
    return {true, *stated, "answer_is"};
  }
  const std::string_view whole = bare(text);
  if (!whole.empty() && (reference || is_one_formula(text) || is_formula(whole))) {
    return {true, std::string(whole), "whole"};
  }
  if (std::optional<std::string> formula = closing_formula(text); formula && is_formula(*formula)) {
    return {true, *formula, "formula"};
  }
  if (std::optional<std::string> number = last_number(text)) {
    return {true, *number, "last_number"};
  }
  return {false, "", "none"};
}

Verdict same_answer(std::string_view prediction, std::string_view reference, const GradingOptions& options) {
  if (std::max(prediction.size(), reference.size()) > limits::answer_bytes) {
    return prediction == reference ? Verdict{true, "string"} : Verdict{false, "not_decided"};
  }
  const std::string p = plain_words(prediction), r = plain_words(reference);
  if (p.empty() || r.empty()) {
    return {false, "no_answer"};
  }
  if (prediction == reference) {
    return {true, "string"};
  }
  bool grouped = false;
  Verdict verdict = compare_parsed(prediction, reference, true, options, grouped);
  if (!verdict.correct && grouped) {   // "1,234" may also be a list
    bool unused = false;
    const Verdict again = compare_parsed(prediction, reference, false, options, unused);
    verdict = again.correct ? again : verdict;
  }
  if (verdict.how == "not_decided" && p == r) {
    return {true, "string"};
  }
  return verdict;
}

Verdict grade(std::string_view prediction_text, std::string_view reference_text, const GradingOptions& options) {
  const Extracted prediction = extract_answer(prediction_text), reference = extract_answer(reference_text, true);
  if (!prediction.found || !reference.found) {
    return {false, "no_answer"};
  }
  return same_answer(prediction.answer, reference.answer, options);
}

}  // namespace srl::grading
