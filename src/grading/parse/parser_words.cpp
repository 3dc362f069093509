// Text answers ("east", \text{(B)}) and units. Units are removed from the expression and listed in
// Tree::units.
#include <algorithm>
#include <cctype>

#include "base/characters.hpp"
#include "grading/parse/parser_state.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

std::string_view without_outer_marks(std::string_view text) {
  const auto outer = [](char c) { return c == ' ' || c == '~' || c == '.' || c == '\n'; };
  while (!text.empty() && outer(text.front())) { text.remove_prefix(1); }
  while (!text.empty() && outer(text.back())) { text.remove_suffix(1); }
  return text;
}

std::string lower_without_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '-') { out += ascii_lower(c); }
  }
  return out;
}

bool is_text_command(std::string_view name) {
  for (const std::string_view known :
       {"text", "mbox", "textbf", "textit", "textrm", "mathrm", "operatorname", "rm", "hbox", "textnormal"}) {
    if (name == known) { return true; }
  }
  return false;
}

}  // namespace

// A whole item of letters, spaces and hyphens, with at least three letters in a row, that does not begin with
// a known function or constant.
bool Parser::word_item(std::string_view end, Id& id) {
  skip();
  const std::size_t begin = at_;
  std::size_t last = begin;
  while (last < text_.size() && last - begin < limits::word_bytes &&
         (is_letter(text_[last]) || text_[last] == ' ' || text_[last] == '-' || text_[last] == '\'')) {
    ++last;
  }
  // " and " and " or " end the item.
  for (const std::string_view word : {" and ", " or "}) {
    if (const std::size_t found = text_.substr(begin, last - begin).find(word);
        found != std::string_view::npos) {
      last = begin + found;
    }
  }
  const std::string_view run = without_outer_marks(text_.substr(begin, last - begin));
  if (run.empty() || !is_letter(run.front())) { return false; }
  at_ = last;
  const bool whole = ends(end) || peek() == ',' || peek() == ';' || peek() == '=' || word_separator();
  at_ = begin;
  const std::size_t first_end = std::min(run.find(' '), run.size());
  const std::string_view first = run.substr(0, first_end);
  const bool known = !function_of(first).empty() || !constant_of(first).empty();
  const std::string joined = lower_without_spaces(run);
  const bool long_enough = std::any_of(
      run.begin(), run.end(), [n = 0](char c) mutable { return (n = is_letter(c) ? n + 1 : 0) >= 3; });
  if (!whole || known || !(long_enough || is_short_word(joined))) { return false; }
  at_ = last;
  if (peek() == '=') {  // in equations like "MR = SRMC" both sides stay words
    skip();
  }
  id = make(Kind::word, {}, joined);
  return true;
}

Parser::Id Parser::text_command(std::string_view name) {
  at_ += 1 + name.size();
  skip();
  if (peek() != '{') { throw Stop{}; }
  const std::string content = raw_braces();
  std::string_view inner = without_outer_marks(content);
  if (inner.size() == 3 && inner.front() == '(' && inner.back() == ')' && is_letter(inner[1])) {
    inner = inner.substr(1, 1);
  }
  if (inner.empty()) { throw Stop{}; }
  if (!function_of(inner).empty()) { return function(function_of(inner)); }
  if (inner.size() == 1 && is_letter(inner[0])) { return symbol(std::string(inner)); }
  const bool letters_only =
      std::all_of(inner.begin(), inner.end(), [](char c) { return is_letter(c) || c == ' ' || c == '-'; });
  if (letters_only) {
    return name == "mathrm" || name == "operatorname" || name == "rm"
               ? symbol(std::string(inner))
               : make(Kind::word, {}, lower_without_spaces(inner));
  }
  const Deeper deeper(*this);
  Parser nested(inner, groups_ && brackets_ == 0, tree_);  // \text{…} contains mathematics
  nested.depth_ = depth_;
  const Id id = nested.list({});
  nested.skip();
  if (!nested.at_end()) { throw Stop{}; }
  return id;
}

// Whether a known unit is at position `at`.
bool Parser::unit_starts(std::size_t at) const {
  std::size_t end = at;
  while (end < text_.size() && is_letter(text_[end])) { ++end; }
  return !unit_of(text_.substr(at, end - at)).empty();
}

// Reads one unit: a text command, a known word, or a word of at least three letters.
bool Parser::unit() {
  skip();
  if (peek() == '%' || rest().starts_with("\\%")) {
    at_ += peek() == '%' ? 1 : 2;
    tree_.units.emplace_back("%");
    return true;
  }
  const std::size_t before = at_;
  if (const std::string_view name = command_name(); is_text_command(name)) {
    if (word_separator()) {
      at_ = before;
      return false;
    }
    at_ += 1 + name.size();
    skip();
    if (peek() != '{') {
      at_ = before;
      return false;
    }
    const std::string content = raw_braces();
    const std::string_view word = without_outer_marks(content);
    const bool marked = content.starts_with(' ') || content.starts_with('~') || word.size() > 1;
    if (word.empty() || !marked || !function_of(word).empty()) {
      at_ = before;
      return false;
    }
    std::string last;  // the first known unit, as in "square cm"
    for (std::size_t i = 0; i < word.size();) {
      std::size_t end = i;
      while (end < word.size() && is_letter(word[end])) { ++end; }
      if (const std::string known = unit_of(word.substr(i, end - i));
          end > i && !known.empty() && known != "-") {
        last = last.empty() ? known : last;
      }
      i = std::max(end, i + 1);
    }
    if (!last.empty()) { tree_.units.push_back(last); }
    return true;
  }
  std::size_t end = at_;
  while (end < text_.size() && is_letter(text_[end])) { ++end; }
  const std::string_view word = text_.substr(at_, end - at_);
  const bool spaced = at_ > 0 && !is_letter(text_[at_ - 1]) && (text_[at_ - 1] < '0' || text_[at_ - 1] > '9');
  const bool divided = at_ > 0 && text_[at_ - 1] == '/';  // the h of km/h
  const bool divides =
      end < text_.size() && text_[end] == '/' && spaced && unit_starts(end + 1);  // the m of m/s
  if ((word.size() < 2 && !((divided || divides) && !unit_of(word).empty())) || !function_of(word).empty() ||
      !constant_of(word).empty() || word_separator()) {
    at_ = before;
    return false;
  }
  const std::string known = unit_of(word);
  if (known.empty() && (word.size() < 3 || !spaced)) { return false; }
  if (!known.empty() && known != "-") { tree_.units.push_back(known); }
  at_ = end;
  return true;
}

// Reads units with their powers and quotients. Plain letters count as a unit only at the end of the item
// (else "ab c" would lose letters).
void Parser::units() {
  const std::size_t begin = at_;
  const std::size_t units_before = tree_.units.size();
  bool any = false;
  std::size_t good = begin;
  while (unit()) {
    any = true;
    skip();
    if (peek() == '^') {
      const std::size_t caret = at_;
      ++at_;
      skip();
      if (peek() == '{') {
        raw_braces();
      } else if (peek() == '-' || (peek() >= '0' && peek() <= '9')) {
        at_ += peek() == '-' ? 2 : 1;
      } else {
        at_ = caret;
      }
    }
    good = at_;
    skip();
    if (peek() == '/' || peek() == '*') {
      ++at_;
    } else {
      take_command("cdot");
    }
  }
  at_ = good;
  if (!any) {
    at_ = begin;
    return;
  }
  const bool text_unit = text_.substr(begin, good - begin).find_first_of("\\%") != std::string_view::npos;
  if (!text_unit && !(ends(",;)]}=|") || word_separator())) {
    at_ = begin;
    tree_.units.resize(units_before);
  } else {
    at_ = good;
  }
}

}  // namespace srl::grading
