// Units and other words that follow a value.
#include <algorithm>
#include <array>

#include "grading/parse/parser_state.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

bool is_ordinal_ending(std::string_view word) {
  return word == "th" || word == "st" || word == "nd" || word == "rd";
}

// Whether a condition follows in plain words: "x for all x". Words like "is" and "as" may also join other
// things.
bool begins_plain_condition(std::string_view words) {
  constexpr std::array<std::string_view, 8> known = {"for ",  "where ",    "when ",  "if ",
                                                     "with ", "provided ", "since ", "because "};
  return std::any_of(known.begin(), known.end(),
                     [&](std::string_view word) { return words.starts_with(word); });
}

// Whether all words of a plain remark have a meaning or look like words, so that it is not a product of
// letters.
bool reads_as_words(std::string_view words) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < words.size();) {
    std::size_t end = at;
    while (end < words.size() && is_letter(words[end])) { ++end; }
    const std::string_view word = words.substr(at, end - at);
    if (word.size() == 1 && words.find('/') == std::string_view::npos &&
        words.find('.') == std::string_view::npos) {
      if (count == 0 || (word != "a" && unit_of(word).empty())) { return false; }
    } else if (!word.empty() && plain_unit_of(word).empty() && unit_of(word).empty() &&
               !looks_like_word(word) && word.size() > 1 && word != "per" && scale_of(word).empty()) {
      return false;
    }
    count += !word.empty();
    at = std::max(end, at + 1);
  }
  return count > 0;
}

}  // namespace

// \text{ m/s}, \mathrm{~kg}.
bool Parser::text_suffix(Id value, std::string& words) {
  const std::size_t before = at_;
  if (peek() == '{') {  // 5{\text{ cm}}
    ++at_;
    skip();
    if (text_follows() && text_suffix(value, words) && take("}")) { return true; }
    at_ = before;
    return false;
  }
  const std::string_view name = command_name();
  if (name == "frac" || name == "dfrac" || name == "tfrac") { return fraction_of_units(words); }
  if (name == "Omega" || name == "mu") {
    const bool number = tree_.at(value).kind == Kind::number;
    tree_.unit_symbols = tree_.unit_symbols || number;
    if (!(reading_.unit_symbols && number) && trimmed(words) != "k" && trimmed(words) != "M") {
      return false;
    }
    at_ += 1 + name.size();
    words += "\\" + std::string(name) + " ";
    return true;
  }
  if (!text_follows() || word_separator()) {
    at_ = before;
    return false;
  }
  at_ += 1 + name.size();
  skip();
  const std::string content = raw_braces();
  const std::string_view word = trimmed(content);
  const bool spaced = content.starts_with(' ') || content.starts_with('~');
  const bool after_number = tree_.at(value).kind == Kind::number && !unit_of(word).empty();
  const bool digits =
      std::any_of(word.begin(), word.end(), is_digit) && word.find('^') == std::string_view::npos;
  if (word.empty() || !(spaced || word.size() > 1 || after_number || !words.empty()) ||
      !function_of(word).empty() || (digits && !begins_condition(word))) {
    at_ = before;
    return false;
  }
  words += content + " ";
  return true;
}

// \frac{\text{m}}{\text{s}}.
bool Parser::fraction_of_units(std::string& words) {
  const std::size_t before = at_;
  at_ += 1 + command_name().size();
  std::string parts[2];
  for (std::string& part : parts) {
    skip();
    if (peek() != '{') { break; }
    part = raw_braces();
    const bool text = part.starts_with("\\text") || part.starts_with("\\mathrm");
    const std::string name = name_part(part);
    if (!text || name.empty() || unit_of(name.substr(0, name.find('^'))).empty()) { part.clear(); }
    part = part.empty() ? part : name;
  }
  if (parts[0].empty() || parts[1].empty()) {
    at_ = before;
    return false;
  }
  words += parts[0] + " / " + parts[1] + " ";
  return true;
}

// The letters, spaces, powers and slashes from here on, up to "and" or "or".
std::string_view Parser::plain_run() const {
  const std::size_t begin = at_;
  const auto in_power = [&](std::size_t k) {
    const bool power = text_.substr(begin, k - begin).find('^') != std::string_view::npos;
    const char before = text_[k - 1];
    return power && (before == '^' || before == '{' || before == '-' || text_[k] == '}');
  };
  std::size_t end = begin;
  for (; end < text_.size() && end - begin < limits::word_bytes; ++end) {
    const char c = text_[end];
    const bool plain = is_letter(c) || std::string_view(" ./-'").find(c) != std::string_view::npos;
    if (plain || end == begin) { continue; }
    if (c != '^' && !((is_digit(c) || c == '{' || c == '}') && in_power(end))) { break; }
  }
  std::string_view run = trimmed(text_.substr(begin, end - begin));
  const std::size_t joins = std::min(run.find(" and "), run.find(" or "));
  const bool joined =
      joins != std::string_view::npos && !compares_after_or(run.substr(std::min(run.size(), joins + 4)));
  return joined ? run.substr(0, joins) : run;
}

// Whether plain words after a value are a remark: known units and number words, or words of at least three
// letters after a space. Units that may also be products of letters are one only in the second reading.
bool Parser::is_plain_remark(Id value, std::string_view run, std::string_view first, bool spaced) {
  if (!function_of(first).empty() || !constant_of(first).empty()) { return false; }
  const Kind kind = tree_.at(value).kind;
  const bool number = kind == Kind::number || kind == Kind::call || kind == Kind::divide;
  const bool divided = run.find('/') != std::string_view::npos,
             dotted = run.find('.') != std::string_view::npos;
  const bool unit = !unit_of(first).empty(), plain_unit = !plain_unit_of(first).empty();
  if (unit && !plain_unit && !divided && !dotted && number && first.size() > 1) {
    tree_.unit_symbols = true;
    return reading_.unit_symbols;
  }
  const Remark remark = remark_of(run);
  const bool half_day =
      remark.units.size() == 1 && run.size() > 1 && run[1] == '.' && remark.units[0].ends_with("m");
  const bool known = plain_unit || !scale_of(first).empty() || (unit && divided) || !remark.changes.empty() ||
                     run.starts_with("per cent") || half_day;
  return (known || (first.size() >= 3 && spaced)) && reads_as_words(run);
}

// Plain words after a value, up to the end of the item (else "ab c" would lose letters).
bool Parser::plain_suffix(Id value, std::string& words) {
  const std::size_t begin = at_;
  if (!is_letter(peek()) || (begin > 0 && is_letter(text_[begin - 1]))) { return false; }
  if (word_separator()) {
    at_ = begin;
    return false;
  }
  const std::string_view run = plain_run();
  const std::string_view first =
      run.substr(0, std::find_if_not(run.begin(), run.end(), is_letter) - run.begin());
  const bool after_digit = begin > 0 && is_digit(text_[begin - 1]);
  if (after_digit && is_ordinal_ending(first)) {
    at_ = begin + 2;
    words += " ";
    return true;
  }
  if (begin > 0 && !after_digit && begins_plain_condition(run)) {
    at_ = begin + first.size();
    words += first;
    return true;
  }
  if (!is_plain_remark(value, run, first, begin > 0 && !after_digit)) { return false; }
  at_ = begin + run.size();
  const bool item_ends = ends(",;)]}=|") || text_follows() || word_separator();
  at_ = item_ends ? begin + run.size() : begin;
  if (item_ends) { words += std::string(run) + " "; }
  return item_ends;
}

// The / of \text{m}/\text{s}, ^2 after a unit, \cdot between units.
void Parser::operators_between_units(std::string& words) {
  for (;;) {
    skip();
    const std::size_t before = at_;
    if (peek() == '^') {
      ++at_;
      skip();
      const std::size_t begin = at_;
      if (peek() == '{') {
        raw_braces();
      } else if (peek() == '-' || is_digit(peek())) {
        at_ += peek() == '-' ? 2 : 1;
      } else {
        at_ = before;
        return;
      }
      words += "^" + std::string(text_.substr(begin, std::min(at_, text_.size()) - begin)) + " ";
      continue;
    }
    const bool slash = peek() == '/';
    if (slash || peek() == '*') {
      ++at_;
    } else if (!take_command("cdot") && !take_command("times")) {
      return;
    }
    skip();
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) { ++end; }
    if (!text_follows() && unit_of(text_.substr(at_, end - at_)).empty()) {
      at_ = before;
      return;
    }
    words += slash ? "/" : " ";
    if (end > at_) {
      words += text_.substr(at_, end - at_);
      words += ' ';
      at_ = end;
    }
    return operators_between_units(words);
  }
}

}  // namespace srl::grading
