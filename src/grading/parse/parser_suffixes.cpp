// Words beside a value: units, number words, conditions. Units are removed from the expression and listed in
// Tree::units.
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

// Whether all words of a plain remark have a meaning or look like words, so that it is no product of letters.
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

// Reads everything in words after a value.
void Parser::suffixes(Id& value) {
  for (int count = 0; count < 8; ++count) {
    skip();
    const std::size_t before = at_;
    if (modulus()) { continue; }
    std::string words;
    bool any = false;
    for (;;) {
      skip();
      if (peek() == '%' || rest().starts_with("\\%")) {
        at_ += peek() == '%' ? 1 : 2;
        words += "% ";
      } else if (!text_suffix(value, words) && !plain_suffix(value, words)) {
        break;
      }
      any = true;
      if (words.size() > limits::word_bytes) { throw Stop{}; }
      if (begins_condition(words)) { break; }
      operators_between_units(words);
    }
    if (!any) {
      at_ = before;
      return;
    }
    apply(remark_of(words), value);
  }
}

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

// Plain words after a value, up to the end of the item (else "ab c" would lose letters).
bool Parser::plain_suffix(Id value, std::string& words) {
  const std::size_t begin = at_;
  std::size_t end = begin;
  const auto continues = [&](std::size_t k) {
    const char c = text_[k];
    return is_letter(c) || c == ' ' || c == '.' || c == '/' || c == '-' || c == '\'' ||
           (c == '^' && k > begin) ||
           ((is_digit(c) || c == '{' || c == '}') && k > begin && words.empty() &&
            text_.substr(begin, k - begin).find('^') != std::string_view::npos &&
            (text_[k - 1] == '^' || text_[k - 1] == '{' || text_[k - 1] == '-' || c == '}'));
  };
  if (!is_letter(peek())) { return false; }
  if (begin > 0 && is_letter(text_[begin - 1])) { return false; }  // inside a product of letters
  if (word_separator()) {
    at_ = begin;
    return false;
  }
  while (end < text_.size() && end - begin < limits::word_bytes && continues(end)) { ++end; }
  std::string_view run = trimmed(text_.substr(begin, end - begin));
  if (const std::size_t joins = std::min(run.find(" and "), run.find(" or "));
      joins != std::string_view::npos && !compares_after_or(run.substr(std::min(run.size(), joins + 4)))) {
    run = run.substr(0, joins);
  }
  const std::string_view first =
      run.substr(0, std::find_if_not(run.begin(), run.end(), is_letter) - run.begin());
  const bool after_digit = begin > 0 && is_digit(text_[begin - 1]);
  const bool spaced = begin > 0 && !is_letter(text_[begin - 1]) && !after_digit;
  if (after_digit && is_ordinal_ending(first)) {
    at_ = begin + 2;
    words += " ";
    return true;
  }
  if (spaced && begins_plain_condition(run)) {
    at_ = begin + first.size();
    words += first;
    return true;
  }
  if (!function_of(first).empty() || !constant_of(first).empty()) { return false; }
  const Remark remark = remark_of(run);
  const bool number = tree_.at(value).kind == Kind::number || tree_.at(value).kind == Kind::call ||
                      tree_.at(value).kind == Kind::divide;
  const bool symbols = plain_unit_of(first).empty() && !unit_of(first).empty() &&
                       run.find('/') == std::string_view::npos && run.find('.') == std::string_view::npos;
  const bool divided = !unit_of(first).empty() && run.find('/') != std::string_view::npos;  // the m of m/s
  const bool known = !plain_unit_of(first).empty() || !scale_of(first).empty() || divided ||
                     !remark.changes.empty() || run.starts_with("per cent") ||
                     (remark.units.size() == 1 && remark.units[0].ends_with("m") && run[1] == '.');
  if (symbols && number && first.size() > 1) {
    tree_.unit_symbols = true;
    if (!reading_.unit_symbols) { return false; }
  } else if (!(known || (first.size() >= 3 && spaced)) || !reads_as_words(run)) {
    return false;
  }
  at_ = begin + run.size();
  if (!(ends(",;)]}=|") || text_follows() || word_separator())) {
    at_ = begin;
    return false;
  }
  at_ = begin + run.size();
  words += run;
  words += ' ';
  return true;
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

// \pmod{4}, \mod 4, (mod 4), \text{ mod } 4.
bool Parser::modulus() {
  const std::size_t before = at_;
  const bool bracket = take("(");
  bool found = take_command("pmod") || take_command("bmod") || take_command("mod");
  for (const std::string_view word :
       {"mod ", "\\text{mod }", "\\text{ mod }", "\\text{mod}", "\\text{ mod}", "\\mathrm{mod}"}) {
    if (!found) { found = take(word); }
  }
  if (!found && !bracket && text_follows()) {  // \text{ (mod 4)}
    at_ += 1 + command_name().size();
    skip();
    const std::string content = peek() == '{' ? name_part(raw_braces()) : std::string();
    const std::size_t open = content.starts_with('(') ? 1 : 0;
    if (std::string_view(content).substr(open).starts_with("mod") && content.size() > open + 3) {
      tree_.units.push_back("mod " + content.substr(open + 3, content.find(')') - open - 3));
      return true;
    }
  }
  if (!found) {
    at_ = before;
    return false;
  }
  skip();
  std::string modulus;
  if (peek() == '{') {
    modulus = name_part(raw_braces());
  } else {
    for (; is_digit(peek()) || is_letter(peek()); ++at_) { modulus += peek(); }
  }
  if (bracket && !take(")")) { throw Stop{}; }
  tree_.units.push_back("mod " + modulus);
  return true;
}

void Parser::apply(const Remark& remark, Id& value) {
  for (const std::string& unit : remark.units) { tree_.units.push_back(unit); }
  for (const std::string& change : remark.changes) { tree_.changes.push_back(change); }
  if (!remark.scale.empty()) { value = make(Kind::multiply, {value, integer(remark.scale)}); }
  if (remark.integer && tree_.at(value).kind == Kind::symbol) {
    tree_.integers.push_back(tree_.at(value).name);
    value = condition();
  }
  if (remark.condition) { skip_condition(); }
}

// A statement that says nothing about the value.
Parser::Id Parser::condition() {
  return make(Kind::word, {}, "\\condition");
}

bool Parser::is_condition(Id id) const {
  return tree_.at(id).kind == Kind::word && tree_.at(id).name == "\\condition";
}

// Passes over the rest of a condition, up to the bracket that closes around it.
void Parser::skip_condition() {
  int depth = 0;
  for (; at_ < text_.size(); ++at_) {
    const std::string_view r = rest();
    if (depth == 0 && (r[0] == ')' || r[0] == '}' || r[0] == ']' || r[0] == '&' || r.starts_with("\\}") ||
                       r.starts_with("\\\\") || r.starts_with("\\end"))) {
      if (r[0] != ')' || brackets_ > 0) { return; }
    }
    depth += r[0] == '(' || r[0] == '{' || r[0] == '['   ? 1
             : r[0] == ')' || r[0] == '}' || r[0] == ']' ? -1
                                                         : 0;
    depth = std::max(depth, 0);
  }
}

// Words before a value: "approximately 5", \text{at least } 5.
void Parser::lead_in() {
  for (;;) {
    skip();
    const std::size_t before = at_;
    std::string words;
    if (text_follows()) {
      at_ += 1 + command_name().size();
      skip();
      words = raw_braces();
    } else {
      std::size_t end = at_;
      while (end < text_.size() && (is_letter(text_[end]) || text_[end] == ' ') &&
             end - at_ < limits::word_bytes) {
        ++end;
      }
      if (end == at_ || text_[end - 1] != ' ' || end == text_.size()) { return; }
      words = text_.substr(at_, end - at_);
      at_ = end;
    }
    const Remark remark = remark_of(words);
    const bool compares =
        !remark.changes.empty() &&
        std::all_of(remark.changes.begin(), remark.changes.end(),
                    [](const std::string& change) { return change[0] == '<' || change[0] == '>'; });
    skip();
    const bool money = remark.units.size() == 1 && (remark.units[0] == "dollar" || remark.units[0] == "euro");
    if (remark.unknown || remark.condition || remark.units.size() > (money ? 1 : 0) ||
        !(remark.approximate || compares || money) || at_end()) {
      at_ = before;
      return;
    }
    if (money) { tree_.units.push_back(remark.units[0]); }
    for (const std::string& change : remark.changes) { tree_.changes.push_back(change); }
  }
}

}  // namespace srl::grading
