// Text answers ("east", \text{(B)}).
#include <algorithm>
#include <cctype>
#include <utility>

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

constexpr std::string_view fonts[] = {"mathrm", "operatorname", "rm", "mathbf", "mathit", "mathsf"};

}  // namespace

bool Parser::text_follows() const {
  return is_text_command(command_name());
}

bool Parser::font_follows() const {
  const std::string_view name = command_name();
  return std::any_of(std::begin(fonts), std::end(fonts), [&](std::string_view font) { return name == font; });
}

// A whole item in a font: \mathrm{ABC}, \mathbf{Yes}.
bool Parser::word_in_font(std::string_view end, Id& id) {
  const std::size_t begin = at_;
  at_ += 1 + command_name().size();
  skip();
  if (peek() == '{') {
    const std::string content = raw_braces();
    skip();
    const bool whole = ends(end) || peek() == ',' || peek() == ';' || word_separator();
    const Deeper deeper(*this);
    Parser inside(content, {reading_.groups, reading_.unit_symbols}, tree_);
    inside.depth_ = depth_;
    if (whole && inside.word_item({}, id) && inside.at_end()) { return true; }
  }
  at_ = begin;
  return false;
}

// A whole item of letters, spaces and hyphens, with at least three letters in a row, that does not begin with
// a known function or constant.
bool Parser::word_item(std::string_view end, Id& id) {
  skip();
  if (font_follows()) { return word_in_font(end, id); }
  const std::size_t begin = at_;
  std::size_t last = begin;
  while (last < text_.size() && last - begin < limits::word_bytes &&
         (is_letter(text_[last]) || text_[last] == ' ' || text_[last] == '-' || text_[last] == '\'')) {
    ++last;
  }
  // " and " and " or " end the item, but not "or more".
  for (const std::string_view word : {" and ", " or "}) {
    if (const std::size_t found = text_.substr(begin, last - begin).find(word);
        found != std::string_view::npos && !compares_after_or(text_.substr(begin + found + word.size()))) {
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
  if (!whole || known || !(long_enough || is_short_word(run))) { return false; }
  at_ = last;
  if (const std::string_view digits = numeral_of(joined); !digits.empty()) {
    id = integer(digits);
    return true;
  }
  const bool may_be_product = run.size() <= limits::letters && std::all_of(run.begin(), run.end(), is_letter);
  std::vector<Id> product;
  if (may_be_product) {
    for (const char letter : run) {
      const Id factor = make(Kind::symbol, {}, std::string(1, letter));
      product = {product.empty() ? factor : make(Kind::multiply, {product[0], factor})};
    }
  }
  id = make(Kind::word, std::move(product), joined);
  const bool points = std::all_of(run.begin(), run.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  tree_.at(id).flipped = looks_like_word(run) || points;  // the angle ABC is not ACB
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
  if (begins_condition(inner)) {
    skip_condition();
    return condition();
  }
  if (inner.size() == 1 && is_letter(inner[0])) { return symbol(std::string(inner)); }
  if (const std::string_view digits = numeral_of(lower_without_spaces(inner)); !digits.empty()) {
    return integer(digits);
  }
  const bool letters_only =
      std::all_of(inner.begin(), inner.end(), [](char c) { return is_letter(c) || c == ' ' || c == '-'; });
  if (letters_only) {
    return name == "mathrm" || name == "operatorname" || name == "rm"
               ? symbol(std::string(inner))
               : make(Kind::word, {}, lower_without_spaces(inner));
  }
  const Deeper deeper(*this);
  Parser nested(inner, {reading_.groups && brackets_ == 0, reading_.unit_symbols},
                tree_);  // \text{…} contains mathematics
  nested.depth_ = depth_;
  nested.names_left_ = std::exchange(names_left_, 0);
  const Id id = nested.list({});
  nested.skip();
  if (!nested.at_end()) { throw Stop{}; }
  return id;
}

}  // namespace srl::grading
