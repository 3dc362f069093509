#include "grading/extract/formulas.hpp"

#include "grading/extract/extract.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

struct Marks {
  std::string_view open, close;
};

struct Formula {
  std::string_view content;
  std::size_t end = 0;
};

// The formula that begins at `at`, if any.
std::optional<Formula> formula_at(std::string_view text, std::size_t at) {
  for (const Marks marks : {Marks{"$$", "$$"}, Marks{"$", "$"}, Marks{"\\(", "\\)"}, Marks{"\\[", "\\]"}}) {
    if (!text.substr(at).starts_with(marks.open)) { continue; }
    const std::size_t begin = at + marks.open.size();
    for (std::size_t i = begin; i < text.size() && i - begin < limits::answer_bytes; ++i) {
      if (text.substr(i).starts_with(marks.close)) {
        return Formula{text.substr(begin, i - begin), i + marks.close.size()};
      }
      if (text[i] == '\\') { ++i; }
    }
  }
  return std::nullopt;
}

// Prepends formulas like "$8$, $4$ and " before the last formula to the list.
std::string with_formulas_before(std::string_view before, Marks marks, std::string list) {
  for (std::size_t count = 1; count < limits::boxes; ++count) {
    std::string_view rest = trimmed(before);
    for (const std::string_view join : {"and", "or", ","}) {
      if (rest.ends_with(join)) { rest = trimmed(rest.substr(0, rest.size() - join.size())); }
    }
    if (rest.size() == trimmed(before).size() || !rest.ends_with(marks.close)) { return list; }
    rest.remove_suffix(marks.close.size());
    const std::size_t open = rest.rfind(marks.open);
    if (open == std::string_view::npos || rest.size() - open > limits::phrase_bytes ||
        trimmed(rest.substr(open + marks.open.size())).empty()) {
      return list;
    }
    list = std::string(trimmed(rest.substr(open + marks.open.size()))) + ", " + list;
    before = rest.substr(0, open);
  }
  return list;
}

}  // namespace

std::optional<std::string> formulas_from(std::string_view text, std::size_t at) {
  std::optional<Formula> formula = formula_at(text, at);
  if (!formula || trimmed(formula->content).empty()) { return std::nullopt; }
  std::string answer(formula->content);
  for (;;) {
    std::size_t next = formula->end;
    while (next < text.size() && (is_space(text[next]) || text[next] == ',')) { ++next; }
    for (const std::string_view word : {"and ", "or "}) {
      if (starts_with_ignoring_case(text.substr(next), word)) { next += word.size(); }
    }
    const std::optional<Formula> following = next > formula->end ? formula_at(text, next) : std::nullopt;
    if (!following || trimmed(following->content).empty()) { return answer; }
    answer += ", ";
    answer += following->content;
    formula = following;
  }
}

std::optional<std::string> closing_formula(std::string_view text) {
  // The formula must be in the last sentence, and no digit may follow it.
  constexpr std::size_t words_after = 60;
  std::size_t best_close = 0;
  std::optional<std::string> best;
  for (const Marks marks : {Marks{"$$", "$$"}, Marks{"$", "$"}, Marks{"\\(", "\\)"}, Marks{"\\[", "\\]"}}) {
    const std::size_t close = text.rfind(marks.close);
    if (close == std::string_view::npos || close == 0 || close <= best_close) { continue; }
    const std::string_view after = trimmed(text.substr(close + marks.close.size()));
    const std::size_t stop = after.find(". ");
    if (after.size() > words_after || after.find_first_of("0123456789") != std::string_view::npos ||
        (stop != std::string_view::npos && stop > 0)) {
      continue;
    }
    const std::size_t open = text.rfind(marks.open, close - 1);
    if (open == std::string_view::npos || open + marks.open.size() > close ||
        close - open >= limits::answer_bytes) {
      continue;
    }
    const std::string_view content =
        trimmed(text.substr(open + marks.open.size(), close - open - marks.open.size()));
    if (!content.empty()) {  // "$" finds an empty formula in "$$"
      best_close = close;
      best = with_formulas_before(text.substr(0, open), marks, std::string(content));
    }
  }
  return best;
}

bool is_one_formula(std::string_view text) {
  text = trimmed(text);
  const std::optional<Formula> formula = formula_at(text, 0);
  return formula && formula->end == text.size() && !trimmed(formula->content).empty();
}

}  // namespace srl::grading
