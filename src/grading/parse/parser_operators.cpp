// Sums, products, powers and postfix operators.
#include <cctype>

#include "grading/parse/latex_cleanup.hpp"
#include "grading/parse/parser_state.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {

Parser::Id Parser::sum() {
  const Deeper deeper(*this);
  Id left = signed_term();
  for (;;) {
    skip();
    if (rest().starts_with("+-")) {
      at_ += 2;
      left = make(Kind::plus_minus, {left, product()});
    } else if (take("+")) {
      left = make(Kind::add, {left, signed_term()});
    } else if (take("-")) {
      left = make(Kind::add, {left, make(Kind::negate, {signed_term()})});
    } else if (take_command("pm")) {
      left = make(Kind::plus_minus, {left, product()});
    } else if (take_command("mp")) {
      left = make(Kind::plus_minus, {left, product()});
      tree_.at(left).flipped = true;
    } else {
      return left;
    }
  }
}

Parser::Id Parser::signed_term() {
  const Deeper deeper(*this);
  if (take_command("pm") || take("+-")) { return make(Kind::plus_minus, {integer("0"), product()}); }
  if (take_command("mp")) {
    const Id id = make(Kind::plus_minus, {integer("0"), product()});
    tree_.at(id).flipped = true;
    return id;
  }
  if (take("-")) { return make(Kind::negate, {signed_term()}); }
  if (take("+")) { return signed_term(); }
  return product();
}

Parser::Id Parser::product() {
  Id left = power();
  for (;;) {
    skip();
    const bool plain_integer =
        tree_.at(left).kind == Kind::number && !tree_.literals[tree_.at(left).literal].approximate;
    if (rest().starts_with("**")) { throw Stop{}; }
    if (take("*") || take_command("cdot") || take_command("times") || take_command("ast")) {
      const bool negative = take("-");
      const Id right = power();
      left = make(Kind::multiply, {left, negative ? make(Kind::negate, {right}) : right});
    } else if (take("/") || take_command("div")) {
      const bool negative = take("-");
      const Id right = power();
      left = make(Kind::divide, {left, negative ? make(Kind::negate, {right}) : right});
    } else if (plain_integer && mixed_fraction_follows()) {
      const Id fraction_part = peek() == '\\' ? command() : number();
      if (take("/")) {
        left = make(Kind::add, {left, make(Kind::divide, {fraction_part, number()})});
      } else {
        left = make(Kind::add, {left, fraction_part});
      }
    } else {
      suffixes(left);
      if (!starts_factor()) { return left; }
      const bool bracket = peek() == '(' || peek() == '[';
      const Id right = power();
      // A relation in brackets is a condition: 2k\pi (k \in \mathbb{Z}).
      const bool says =
          is_condition(right) || (bracket && (declares(right) || tree_.at(right).kind == Kind::relation));
      if (!says) { left = make(Kind::multiply, {left, right}); }
    }
  }
}

// "1 4/5" and "1\frac{4}{5}", "1\frac45": an integer right before a fraction of two integers.
bool Parser::mixed_fraction_follows() const {
  const auto digits_from = [&](std::size_t i) {
    const std::size_t begin = i;
    while (i < text_.size() && is_digit(text_[i])) { ++i; }
    return i - begin;
  };
  const std::string_view name = command_name();
  if (name == "frac" || name == "dfrac" || name == "tfrac") {
    std::size_t i = at_ + 1 + name.size();
    for (int part = 0; part < 2; ++part) {
      while (i < text_.size() && text_[i] == ' ') { ++i; }
      const bool braces = i < text_.size() && text_[i] == '{';
      i += braces;
      while (braces && i < text_.size() && text_[i] == ' ') { ++i; }
      const std::size_t count = digits_from(i);
      if (count == 0) { return false; }
      i += braces ? count : 1;
      while (braces && i < text_.size() && text_[i] == ' ') { ++i; }
      if (braces && (i >= text_.size() || text_[i] != '}')) { return false; }
      i += braces;
    }
    return true;
  }
  const std::size_t above = digits_from(at_);
  return above > 0 && at_ > 0 && text_[at_ - 1] == ' ' && at_ + above < text_.size() &&
         text_[at_ + above] == '/' && digits_from(at_ + above + 1) > 0;
}

bool Parser::starts_factor() {
  skip();
  if (at_end()) { return false; }
  const char c = peek();
  if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) || c == '(' ||
      c == '[' || c == '{') {
    return !rest().starts_with("{,}");
  }
  if (is_letter(c)) {
    const std::size_t before = at_;
    const bool joins = word_separator();
    at_ = before;
    return !joins;
  }
  if (c == '|') { return bars_ == 0; }
  if (c != '\\' || rest().starts_with("\\}") || rest().starts_with("\\\\") || rest().starts_with("\\%")) {
    return false;
  }
  if (rest().starts_with("\\{")) { return true; }
  const std::string_view name = command_name();
  for (const std::string_view other :
       {"cup", "bigcup", "cap",   "setminus", "backslash", "pm",     "mp",       "cdot", "times", "ast",
        "div", "le",     "leq",   "leqslant", "ge",        "geq",    "geqslant", "ne",   "neq",   "lt",
        "gt",  "in",     "equiv", "approx",   "simeq",     "sim",    "doteq",    "end",  "pmod",  "bmod",
        "mod", "notin",  "rvert", "rfloor",   "rceil",     "rangle", "mid",      "over", "choose"}) {
    if (name == other) { return false; }
  }
  const std::size_t before = at_;
  const bool joins = word_separator();
  at_ = before;
  return !joins && !name.empty();
}

Parser::Id Parser::power() {
  const Deeper deeper(*this);
  return postfix(primary());
}

Parser::Id Parser::postfix(Id base) {
  for (;;) {
    skip();
    if (peek() == '!' && !rest().starts_with("!=")) {
      ++at_;
      base = make(Kind::call, {base}, "factorial");
      continue;
    }
    if (rest().starts_with("\\%") || peek() == '%') {
      suffixes(base);
      continue;
    }
    if (take_command("degree")) {
      base = make(Kind::degree, {base});
      tree_.units.emplace_back(temperature());
      continue;
    }
    if (take("**")) {
      base = make(Kind::power, {base, exponent()});
      continue;
    }
    if (peek() != '^') { return base; }
    ++at_;
    skip();
    const bool braces = peek() == '{';
    const std::size_t before = at_;
    if (braces) { ++at_; }
    if (take_command("circ") || take_command("degree")) {
      if (braces && !take("}")) { throw Stop{}; }
      base = make(Kind::degree, {base});
      tree_.units.emplace_back(temperature());
      continue;
    }
    if (braces && ordinal_ending()) { continue; }
    at_ = before;
    base = make(Kind::power, {base, exponent()});
  }
}

// The C of 25^\circ C: the unit's name.
const char* Parser::temperature() {
  const std::size_t before = at_;
  skip();
  std::string letter;
  if (text_follows()) {
    at_ += 1 + command_name().size();
    letter = name_part(raw_braces());
  } else if (peek() == 'C' || peek() == 'F') {
    letter = peek();
    ++at_;
  }
  if ((letter == "C" || letter == "F") && !is_letter(peek())) {
    return letter == "C" ? "celsius" : "fahrenheit";
  }
  at_ = before;
  return "degree";
}

// 36^{\text{th}}: the exponent's brace is open.
bool Parser::ordinal_ending() {
  const std::size_t before = at_;
  at_ -= 1;
  const std::string ending = name_part(raw_braces());
  if (ending == "th" || ending == "st" || ending == "nd" || ending == "rd") { return true; }
  at_ = before - 1;
  return false;
}

Parser::Id Parser::exponent() {
  skip();
  if (peek() == '{') { return braces(); }
  if (take("-")) { return make(Kind::negate, {exponent()}); }
  const Deeper deeper(*this);
  const Id base = primary();
  skip();
  if (peek() == '^') {  // a^b^c = a^(b^c)
    ++at_;
    return make(Kind::power, {base, exponent()});
  }
  return base;
}

}  // namespace srl::grading
