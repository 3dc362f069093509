// Finds the final answer of a text (docs/method.md, "Final answers").
#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/characters.hpp"
#include "grading/compare/answers.hpp"
#include "grading/compare/compare.hpp"
#include "grading/extract/extract.hpp"
#include "grading/parse/latex_cleanup.hpp"
#include "grading/parse/parser.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/bare.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

// Whether the text is a formula or number: not a text answer, and not a sentence read as a product of
// letters.
bool is_formula(std::string_view text) {
  const std::optional<Tree> tree = parse(text, {});
  if (!tree || tree->prose) { return false; }
  const Node& root = tree->at(tree->root);
  const auto is_text = [&](std::int32_t id) { return tree->at(id).kind == Kind::word; };
  return !is_text(tree->root) &&
         (root.kind != Kind::list || std::none_of(root.children.begin(), root.children.end(), is_text));
}

// Whether the text is a number, a fraction of two or a percentage, also with a unit.
bool is_number(std::string_view text) {
  text.remove_prefix(text.starts_with('-') ? 1 : 0);
  const std::size_t end = std::min(text.find_first_not_of("0123456789.,%\\/"), text.size());
  return end > 0 && (end == text.size() || text[end] == ' ') &&
         text.find_first_of("+-*^=()[]") == std::string_view::npos;
}

// Whether the text is a text answer: one word, \text{…}, or a choice.
bool is_word(std::string_view text) {
  if (const std::optional<Choice> choice = choice_of(text)) { return choice->alone; }
  const std::optional<Tree> tree =
      text.find(' ') == std::string_view::npos || text.front() == '\\' ? parse(text, {}) : std::nullopt;
  return tree && tree->at(tree->root).kind == Kind::word;
}

// The letter of a choice that words follow: "C, because 3 > 2".
std::optional<std::string> choice_before_words(std::string_view stated) {
  const bool bracket = stated.starts_with('(');
  const std::string_view letter = stated.substr(bracket ? 1 : 0);
  if (letter.empty() || letter[0] < 'A' || letter[0] > 'E') { return std::nullopt; }
  std::string_view after = letter.substr(1);
  if (bracket && !after.starts_with(')')) { return std::nullopt; }
  const bool marked = after.starts_with(')') || after.starts_with('.') || after.starts_with(':');
  if (bracket) { after.remove_prefix(1); }
  constexpr std::array<std::string_view, 14> reasons = {",",     ";",      " because", " since",  " as ",
                                                        " (",    " - ",    " \u2013",  " \u2014", " and not",
                                                        " not ", " which", " with",    "\uff0c"};
  const bool reasoned = std::any_of(reasons.begin(), reasons.end(),
                                    [&](std::string_view word) { return after.starts_with(word); });
  if (!reasoned || (marked && !bracket)) { return std::nullopt; }
  return std::string(stated.substr(0, stated.size() - after.size()));
}

// The longest beginning of the text that is a formula with a number: "5, not 6".
std::string longest_formula(std::string_view stated) {
  std::string longest;
  std::size_t end = stated.find(' ');
  for (int words = 1; end != std::string_view::npos && words <= limits::phrase_words;
       ++words, end = stated.find(' ', end + 1)) {
    std::string_view begin = stated.substr(0, end);
    for (const std::string_view join : {" and", " or", ",", ";", ":", " et", " und", " y", "\uff0c"}) {
      begin.remove_suffix(begin.ends_with(join) ? join.size() : 0);
    }
    if (begin.find_first_of("0123456789") != std::string_view::npos && is_formula(begin)) { longest = begin; }
  }
  return longest;
}

// The answer in the text after "the answer is".
std::string stated_answer(std::string stated) {
  for (const std::string_view join : {" et ", " und ", " y ", " и ", " oder ", " ou "}) {  // "3 und 5"
    const std::size_t at = stated.find(join), after = at + join.size();
    if (at == std::string::npos || at == 0 || after >= stated.size() || stated[after] == ' ' ||
        (join == " y " && !(is_digit(stated[at - 1]) && is_digit(stated[after])))) {
      continue;
    }
    std::string joined = stated.substr(0, at) + " and " + stated.substr(after);
    if (is_formula(joined)) { return joined; }
  }
  if (is_formula(stated)) { return stated; }
  if (std::optional<std::string> choice = choice_before_words(stated)) { return *choice; }
  if (choice_of(stated)) { return stated; }
  if (std::string longest = longest_formula(stated); !longest.empty()) { return longest; }
  if (std::optional<std::string> last = last_expression(stated)) { return *last; }
  const std::size_t comma = std::min(stated.find(", "), stated.find(" because "));
  return comma != std::string::npos && is_word(std::string_view(stated).substr(0, comma))
             ? stated.substr(0, comma)
             : stated;
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

// Boxes that are one answer as a list. A box that says the same as a later one is left out, and a number
// whose base a later box adds: \boxed{28} or \boxed{28_9}.
std::string joined_boxes(const std::vector<std::string>& boxes) {
  if (boxes.size() == 1) { return boxes[0]; }
  constexpr std::size_t most_compared = 6;
  Budget work;
  std::string answer;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    bool repeated = false;
    for (std::size_t j = i + 1; j < boxes.size() && boxes.size() <= most_compared && !repeated; ++j) {
      repeated = boxes[j].starts_with(boxes[i] + "_") || same_answer(boxes[i], boxes[j], {}, work).correct;
    }
    if (!repeated) { answer += (answer.empty() ? "" : ", ") + boxes[i]; }
  }
  return answer;
}

// "C is the correct answer", "option C is correct", "I choose option C" at the end.
std::optional<std::string> choice_called_right(std::string_view text) {
  std::string_view end = bare(text.substr(text.size() - std::min(text.size(), limits::phrase_bytes)));
  if (end.ends_with(')')) { end.remove_suffix(1); }
  for (const std::string_view word :
       {"option ", "Option ", "choice ", "choose ", "pick ", "select ", "option (", "choose ("}) {
    const bool letter = !end.empty() && end.back() >= 'A' && end.back() <= 'E';
    if (letter && end.substr(0, end.size() - 1).ends_with(word)) { return std::string(1, end.back()); }
  }
  for (const std::string_view claim :
       {" is correct", " is the correct", " is the right", " is the answer", " is right"}) {
    const std::size_t at = text.rfind(claim);
    if (at == std::string_view::npos || at == 0 || text.size() - at > limits::phrase_bytes) { continue; }
    std::size_t begin = at;
    while (begin > 0 && std::string_view("*()").find(text[begin - 1]) != std::string_view::npos) { --begin; }
    if (begin == 0 || text[begin - 1] < 'A' || text[begin - 1] > 'E') { continue; }
    if (begin == 1 || !(is_letter(text[begin - 2]) || is_digit(text[begin - 2]))) {
      return std::string(1, text[begin - 1]);
    }
  }
  return std::nullopt;
}

}  // namespace

Extracted extract_answer(std::string_view text, bool reference) {
  if (text.size() > limits::extraction_tail) { text = text.substr(text.size() - limits::extraction_tail); }
  text = inside_answer_tags(after_thought(text));
  if (const std::vector<std::string> boxes = last_boxes(text); !boxes.empty()) {
    return {true, joined_boxes(boxes), "boxed"};
  }
  if (std::optional<std::string> stated = after_phrase(text);
      stated && stated->find("\\boxed") == std::string::npos) {
    return {true, stated_answer(std::move(*stated)), "answer_is"};
  }
  const std::string_view whole = bare(text);
  if (!whole.empty() &&
      (is_one_formula(text) || is_formula(whole) || is_word(whole) ||
       (reference && !is_prose(whole) && whole.find("\\boxed") == std::string_view::npos))) {
    return {true, std::string(whole), "whole"};
  }
  if (std::optional<std::string> choice = choice_called_right(text)) { return {true, *choice, "answer_is"}; }
  if (std::optional<std::string> formula = closing_formula(text);
      formula && (is_formula(*formula) || is_word(*formula))) {
    return {true, *formula, "formula"};
  }
  if (std::optional<std::string> last = last_expression(text)) {
    return {true, *last, is_number(*last) ? "last_number" : "formula"};
  }
  if (reference && !whole.empty() && whole.find("\\boxed") == std::string_view::npos) {
    return {true, std::string(whole), "whole"};
  }
  return {false, "", "none"};
}

}  // namespace srl::grading
