#include "grading/grading.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/characters.hpp"
#include "grading/compare/compare.hpp"
#include "grading/compare/numeric.hpp"
#include "grading/extract/extract.hpp"
#include "grading/parse/latex_cleanup.hpp"
#include "grading/parse/parser.hpp"
#include "grading/parse/tree_properties.hpp"
#include "grading/text/bare.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

// Whether the text is a formula or number: not a text answer, and not a sentence read as a product of
// letters.
bool is_formula(std::string_view text) {
  const std::optional<Tree> tree = parse(text, true);
  if (!tree || tree->prose) { return false; }
  const Node& root = tree->at(tree->root);
  const auto is_text = [&](std::int32_t id) { return tree->at(id).kind == Kind::word; };
  return !is_text(tree->root) &&
         (root.kind != Kind::list || std::none_of(root.children.begin(), root.children.end(), is_text));
}

// Whether the text is a text answer: one word, \text{…}, or a choice.
bool is_word(std::string_view text) {
  if (const std::optional<Choice> choice = choice_of(text)) { return choice->alone; }
  const std::optional<Tree> tree =
      text.find(' ') == std::string_view::npos || text.front() == '\\' ? parse(text, true) : std::nullopt;
  return tree && tree->at(tree->root).kind == Kind::word;
}

// The answer in the text after "the answer is": the whole text if it is a formula or a choice, else its
// longest beginning that is a formula with a number ("5, not 6"), else its last number.
std::string stated_answer(const std::string& stated) {
  if (is_formula(stated) || choice_of(stated)) { return stated; }
  std::string longest;
  std::size_t end = stated.find(' ');
  for (int words = 1; end != std::string::npos && words <= limits::phrase_words;
       ++words, end = stated.find(' ', end + 1)) {
    std::string_view begin = std::string_view(stated).substr(0, end);
    for (const std::string_view join : {" and", " or", ",", ";", ":"}) {
      begin.remove_suffix(begin.ends_with(join) ? join.size() : 0);
    }
    if (begin.find_first_of("0123456789") != std::string_view::npos && is_formula(begin)) { longest = begin; }
  }
  return !longest.empty() ? longest : last_number(stated).value_or(stated);
}

// The value at the end of an equation whose left side is not a name ("a + b = 7"); else the formula.
std::string value_stated_by(const std::string& formula) {
  const std::optional<Tree> tree = parse(formula, true);
  const std::size_t sign = formula.rfind('=');
  const bool equation = tree && tree->at(tree->root).kind == Kind::relation &&
                        tree->at(tree->root).ops.find_first_not_of('=') == std::string::npos;
  if (!equation || sign == std::string::npos || is_name(*tree, tree->at(tree->root).children[0]) ||
      has_variables(*tree, tree->at(tree->root).children.back())) {
    return formula;
  }
  return formula.substr(sign + 1);
}

// Whether the text is a sentence in plain words, like the last line of some reference solutions.
bool is_prose(std::string_view text) {
  int words = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n';
    std::size_t end = i;
    while (begins && end < text.size() && std::isalpha(byte_of(text[end]))) { ++end; }
    words += end > i + 1;
  }
  return words >= 3 && text.find('\\') == std::string_view::npos;
}

std::vector<std::string> sorted_units(const Tree& tree) {
  std::vector<std::string> units = tree.units;
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  return units;
}

// Different known units (cents, dollars) make different answers. A missing unit does not.
bool units_differ(const Tree& a, const Tree& b) {
  const std::vector<std::string> x = sorted_units(a), y = sorted_units(b);
  return !x.empty() && !y.empty() && x != y;
}

// Whether one is a letter alone and the other the same letter, also with its text: B and (B) 12.
bool same_choice(std::string_view prediction, std::string_view reference) {
  const std::optional<Choice> p = choice_of(prediction), r = choice_of(reference);
  return p && r && p->letter == r->letter && (p->alone || r->alone);
}

Verdict verdict_of(const Comparison& comparison) {
  switch (comparison.outcome) {
    case Outcome::same: return {true, comparison.how};
    case Outcome::undecided: return {false, "not_decided"};
    default: return {false, "different"};
  }
}

Verdict compare_parsed(std::string_view prediction, std::string_view reference, bool groups,
                       const GradingOptions& options, bool& grouped) {
  std::optional<Tree> p = parse(prediction, groups), r = parse(reference, groups);
  if (!p || !r) { return {false, p || r ? "different" : "not_decided"}; }
  grouped = p->grouped || r->grouped;
  to_normal_form(*p);
  to_normal_form(*r);
  spread_equalities(*p, *r);
  spread_equalities(*r, *p);
  if (units_differ(*p, *r)) { return {false, "different"}; }
  Budget work;
  return verdict_of(compare(*p, *r, options, work));
}

}  // namespace

Extracted extract_answer(std::string_view text, bool reference) {
  if (text.size() > limits::extraction_tail) { text = text.substr(text.size() - limits::extraction_tail); }
  if (std::optional<std::string> boxed = last_boxed(text)) { return {!boxed->empty(), *boxed, "boxed"}; }
  if (std::optional<std::string> stated = after_phrase(text)) {
    return {true, stated_answer(*stated), "answer_is"};
  }
  const std::string_view whole = bare(text);
  if (!whole.empty() &&
      (is_one_formula(text) || is_formula(whole) || is_word(whole) || (reference && !is_prose(whole)))) {
    return {true, std::string(whole), "whole"};
  }
  if (std::optional<std::string> formula = closing_formula(text);
      formula && (is_formula(*formula) || is_word(*formula))) {
    return {true, *formula, "formula"};
  }
  if (std::optional<std::string> number = last_number(text)) { return {true, *number, "last_number"}; }
  if (reference && !whole.empty()) { return {true, std::string(whole), "whole"}; }
  return {false, "", "none"};
}

Verdict same_answer(std::string_view prediction, std::string_view reference, const GradingOptions& options) {
  if (std::max(prediction.size(), reference.size()) > limits::answer_bytes) {
    return prediction == reference ? Verdict{true, "string"} : Verdict{false, "not_decided"};
  }
  if (plain_words(prediction).empty() || plain_words(reference).empty()) { return {false, "no_answer"}; }
  if (prediction == reference) { return {true, "string"}; }
  bool grouped = false;
  Verdict verdict = compare_parsed(prediction, reference, true, options, grouped);
  if (!verdict.correct && grouped) {  // "1,234" may also be a list
    bool unused = false;
    const Verdict again = compare_parsed(prediction, reference, false, options, unused);
    verdict = again.correct ? again : verdict;
  }
  if (verdict.how == "not_decided" && typeset(prediction) == typeset(reference)) { return {true, "string"}; }
  if (!verdict.correct && same_choice(prediction, reference)) { return {true, "choice"}; }
  return verdict;
}

Verdict grade(std::string_view prediction_text, std::string_view reference_text,
              const GradingOptions& options) {
  const Extracted prediction = extract_answer(prediction_text),
                  reference = extract_answer(reference_text, true);
  const bool bounded = std::max(prediction_text.size(), reference_text.size()) <= limits::answer_bytes;
  if (bounded && reference.how == "whole" && prediction.how != "boxed" &&
      prediction.how != "answer_is") {  // equal texts are the same answer
    const std::string as_set = typeset(prediction_text);
    if (!plain_words(prediction_text).empty() && as_set == typeset(reference.answer)) {
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
