#include "grading/extract.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "grading/limits.hpp"

namespace srl::grading {
namespace {

using View = std::string_view;

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

View trimmed(View text) {
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

// Just past the brace that closes the one at `open`; npos when none does. \{ and \} are not braces.
std::size_t closing_brace(View text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return View::npos;
}

struct Box {
  std::size_t begin = 0, end = 0;   // from the backslash to past the brace
  View content;
};

// All closed boxes, in order. A box inside a box is part of it.
std::vector<Box> boxes_of(View text) {
  std::vector<Box> boxes;
  for (std::size_t at = text.find('\\'); at != View::npos; at = text.find('\\', at + 1)) {
    const View rest = text.substr(at);
    const std::size_t word = rest.starts_with("\\boxed") ? 6 : rest.starts_with("\\fbox") ? 5 : 0;
    if (word == 0) {
      continue;
    }
    std::size_t open = at + word;
    while (open < text.size() && is_space(text[open])) {
      ++open;
    }
    if (open >= text.size() || text[open] != '{') {
      continue;
    }
    const std::size_t end = closing_brace(text, open);
    if (end == View::npos) {
      break;  // nothing after it closes the brace either
    }
    boxes.push_back({at, end, text.substr(open + 1, end - open - 2)});
    at = end - 1;
  }
  return boxes;
}

// Whether text between two boxes leaves them one answer.
bool only_joins(View between) {
  while (!between.empty()) {
    const char c = between.front();
    if (is_space(c) || View(",;.:$&*~").find(c) != View::npos) {
      between.remove_prefix(1);
      continue;
    }
    bool known = false;
    for (const View word : {"and", "or", "\\text{and}", "\\text{or}", "\\text{ and }", "\\text{ or }", "\\text{ and}", "\\text{ or}", "\\quad", "\\qquad",
                            "\\(", "\\)", "\\[", "\\]", "\\\\", "\\,", "\\;", "\\ ", "\\cup"}) {
      if (between.starts_with(word)) {
        between.remove_prefix(word.size());
        known = true;
        break;
      }
    }
    if (known) {
      continue;
    }
    // The name of the next box's value: "y_2 =".
    std::size_t i = 0;
    while (i < between.size() && i < 12 && (is_letter(between[i]) || is_digit(between[i]) || View("_{}()' ").find(between[i]) != View::npos)) {
      ++i;
    }
    if (i == 0 || i >= between.size() || between[i] != '=' || between.substr(0, i).find(' ') < trimmed(between.substr(0, i)).size()) {
      return false;
    }
    between.remove_prefix(i + 1);
  }
  return true;
}

bool starts_with_ignoring_case(View text, View word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char w, char t) {
           return w == static_cast<char>(std::tolower(static_cast<unsigned char>(t)));
         });
}

struct Marks {
  View open, close;
};

struct Formula {
  View content;
  std::size_t end = 0;
};

// A formula that begins at `at`.
std::optional<Formula> formula_at(View text, std::size_t at) {
  for (const Marks marks : {Marks{"$$", "$$"}, Marks{"$", "$"}, Marks{"\\(", "\\)"}, Marks{"\\[", "\\]"}}) {
    if (!text.substr(at).starts_with(marks.open)) {
      continue;
    }
    const std::size_t begin = at + marks.open.size();
    for (std::size_t i = begin; i < text.size() && i - begin < limits::answer_bytes; ++i) {
      if (text.substr(i).starts_with(marks.close)) {
        return Formula{text.substr(begin, i - begin), i + marks.close.size()};
      }
      if (text[i] == '\\') {
        ++i;
      }
    }
  }
  return std::nullopt;
}

// "$12$ and $13$" as "12 and 13": formulas that only joins separate.
std::optional<std::string> formulas_from(View text, std::size_t at) {
  std::optional<Formula> formula = formula_at(text, at);
  if (!formula || trimmed(formula->content).empty()) {
    return std::nullopt;
  }
  std::string answer(formula->content);
  for (;;) {
    std::size_t next = formula->end;
    while (next < text.size() && (is_space(text[next]) || text[next] == ',')) {
      ++next;
    }
    for (const View word : {"and ", "or "}) {
      if (starts_with_ignoring_case(text.substr(next), word)) {
        next += word.size();
      }
    }
    const std::optional<Formula> following = next > formula->end ? formula_at(text, next) : std::nullopt;
    if (!following || trimmed(following->content).empty()) {
      return answer;
    }
    answer += ", ";
    answer += following->content;
    formula = following;
  }
}

// The sentence at `at`: to the line's end or a full stop that no digit follows.
View sentence(View text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] != '\n' && end - at < limits::phrase_bytes) {
    if (text[end] == '.' && (end + 1 == text.size() || is_space(text[end + 1]))) {
      break;
    }
    ++end;
  }
  return trimmed(text.substr(at, end - at));
}

}  // namespace

std::string_view bare(View text) {
  for (;;) {
    const View before = text;
    text = trimmed(text);
    if (const std::size_t token = text.rfind("<|"); token != View::npos && text.ends_with("|>")) {
      text = text.substr(0, token);
    }
    for (const View mark : {"$$", "$", "**", "\\(", "\\["}) {
      const View close = mark == "\\(" ? "\\)" : mark == "\\[" ? "\\]" : mark;
      if (text.size() >= 2 * mark.size() && text.starts_with(mark) && text.ends_with(close) &&
          text.substr(mark.size(), text.size() - 2 * mark.size()).find(mark) == View::npos &&
          !(close == "$" && text[text.size() - 2] == '\\')) {
        text = text.substr(mark.size(), text.size() - 2 * mark.size());
        break;
      }
    }
    if (text.ends_with('.') && !text.ends_with("..")) {
      text.remove_suffix(1);
    }
    if (text == before) {
      return text;
    }
  }
}

std::optional<std::string> last_boxed(View text) {
  const std::vector<Box> boxes = boxes_of(text);
  if (boxes.empty()) {
    return std::nullopt;
  }
  std::size_t first = boxes.size() - 1;
  while (first > 0 && boxes.size() - first < limits::boxes && boxes[first].begin - boxes[first - 1].end < 100 &&
         only_joins(text.substr(boxes[first - 1].end, boxes[first].begin - boxes[first - 1].end))) {
    --first;
  }
  std::string answer(trimmed(boxes[first].content));
  for (std::size_t i = first + 1; i < boxes.size(); ++i) {
    answer += ", ";
    answer += trimmed(boxes[i].content);
  }
  return answer;
}

std::optional<std::string> after_phrase(View text) {
  std::size_t found = View::npos;
  for (std::size_t i = text.size(); i-- > 0 && found == View::npos;) {
    if (text[i] == '#' && text.substr(i).starts_with("####")) {
      found = i + 4;
    } else if ((text[i] == 'a' || text[i] == 'A') && starts_with_ignoring_case(text.substr(i), "answer")) {
      const View rest = text.substr(i + 6);
      for (const View word : {" is", ":", "**:", " =", ":**"}) {
        if (starts_with_ignoring_case(rest, word)) {
          found = i + 6 + word.size();
          break;
        }
      }
    }
  }
  if (found == View::npos) {
    return std::nullopt;
  }
  while (found < text.size() && (is_space(text[found]) || View(":*\"=").find(text[found]) != View::npos)) {
    ++found;
  }
  for (const View word : {"therefore ", "thus ", "then ", "simply ", "exactly ", "approximately "}) {
    if (starts_with_ignoring_case(text.substr(found), word)) {
      found += word.size();
    }
  }
  if (std::optional<std::string> formulas = formulas_from(text, found)) {
    return formulas;
  }
  const View plain = bare(sentence(text, found));
  return plain.empty() ? std::nullopt : std::optional<std::string>(plain);
}

namespace {

// "$8$, $4$ and " before the last formula: one list with it.
std::string with_formulas_before(View before, Marks marks, std::string list) {
  for (std::size_t count = 1; count < limits::boxes; ++count) {
    View rest = trimmed(before);
    for (const View join : {"and", "or", ","}) {
      if (rest.ends_with(join)) {
        rest = trimmed(rest.substr(0, rest.size() - join.size()));
      }
    }
    if (rest.size() == trimmed(before).size() || !rest.ends_with(marks.close)) {
      return list;
    }
    rest.remove_suffix(marks.close.size());
    const std::size_t open = rest.rfind(marks.open);
    if (open == View::npos || rest.size() - open > limits::phrase_bytes || trimmed(rest.substr(open + marks.open.size())).empty()) {
      return list;
    }
    list = std::string(trimmed(rest.substr(open + marks.open.size()))) + ", " + list;
    before = rest.substr(0, open);
  }
  return list;
}

}  // namespace

std::optional<std::string> closing_formula(View text) {
  // Only the last sentence counts, and nothing with a digit after the formula.
  constexpr std::size_t words_after = 60;
  std::size_t best_close = 0;
  std::optional<std::string> best;
  for (const Marks marks : {Marks{"$$", "$$"}, Marks{"$", "$"}, Marks{"\\(", "\\)"}, Marks{"\\[", "\\]"}}) {
    const std::size_t close = text.rfind(marks.close);
    if (close == View::npos || close == 0 || close <= best_close) {
      continue;
    }
    const View after = trimmed(text.substr(close + marks.close.size()));
    const std::size_t stop = after.find(". ");
    if (after.size() > words_after || after.find_first_of("0123456789") != View::npos || (stop != View::npos && stop > 0)) {
      continue;
    }
    const std::size_t open = text.rfind(marks.open, close - 1);
    if (open == View::npos || open + marks.open.size() > close || close - open >= limits::answer_bytes) {
      continue;
    }
    const View content = trimmed(text.substr(open + marks.open.size(), close - open - marks.open.size()));
    if (!content.empty()) {   // "$" finds nothing in "$$"
      best_close = close;
      best = with_formulas_before(text.substr(0, open), marks, std::string(content));
    }
  }
  return best;
}

bool is_one_formula(View text) {
  text = trimmed(text);
  const std::optional<Formula> formula = formula_at(text, 0);
  return formula && formula->end == text.size() && !trimmed(formula->content).empty();
}

}  // namespace srl::grading
