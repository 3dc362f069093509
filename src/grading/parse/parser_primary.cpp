// Numbers and letters.
#include <algorithm>

#include "grading/parse/parser_state.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
std::string name_part(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size();) {
    const std::string_view rest = raw.substr(i);
    std::size_t skip = 0;
    for (const std::string_view word : {"\\text", "\\mathrm", "\\rm", "\\mathbf", "\\mbox"}) {
      if (rest.starts_with(word)) { skip = word.size(); }
    }
    if (skip == 0 && std::string_view(" {}~").find(rest[0]) == std::string_view::npos) { out += rest[0]; }
    i += std::max<std::size_t>(skip, 1);
  }
  return out;
}

Parser::Id Parser::primary() {
  const Deeper deeper(*this);
  skip();
  const char c = peek();
  if (is_digit(c) || c == '.') { return number(); }
  if (is_letter(c)) { return letters(); }
  if (c == '(' || c == '[') { return brackets(); }
  if (c == '|') { return bars(); }
  if (c == '{') { return braces(); }
  if (rest().starts_with("\\{")) { return braced_set(); }
  if (rest().starts_with("\\|")) { throw Stop{}; }
  if (c == '\\') { return command(); }
  throw Stop{};
}

Parser::Id Parser::number() {
  Literal literal;
  if (!read_literal(text_, at_, reading_.groups && brackets_ == 0, literal) ||
      literal.digits.size() > limits::digits) {
    throw Stop{};
  }
  at_ = literal.end;
  tree_.grouped = tree_.grouped || literal.grouped;
  Node node;
  node.literal = tree_.add(std::move(literal));
  const Id id = add(std::move(node));
  if (peek() == '_') {
    ++at_;
    skip();
    if (rest().starts_with("{10}")) {  // base ten: the number itself
      at_ += 4;
      return id;
    }
    return make(Kind::based, {id, peek() == '{' ? braces() : argument()});
  }
  return id;
}

std::string Parser::raw_braces() {
  skip();
  if (peek() != '{') { throw Stop{}; }
  const std::size_t begin = at_ + 1;
  int depth = 0;
  for (; at_ < text_.size(); ++at_) {
    if (peek() == '\\') {
      ++at_;
    } else if (peek() == '{') {
      ++depth;
    } else if (peek() == '}' && --depth == 0) {
      ++at_;
      return std::string(text_.substr(begin, at_ - 1 - begin));
    }
  }
  throw Stop{};
}

Parser::Id Parser::letters() {
  std::size_t end = at_;
  while (end < text_.size() && is_letter(text_[end])) { ++end; }
  std::string_view run = text_.substr(at_, end - at_);
  if ((run == "np" || run == "math") && end < text_.size() && text_[end] == '.') {
    at_ = end + 1;
    return letters();
  }
  if (const std::string_view name = function_of(run); !name.empty()) {
    at_ = end;
    return function(name);
  }
  if (const std::string_view name = constant_of(run); !name.empty() && run.size() > 1) {
    at_ = end;
    return symbol(std::string(name));
  }
  tree_.prose = tree_.prose || looks_like_word(run);
  ++at_;
  return symbol(std::string(1, run[0]));
}

// Whether an equals sign follows the bracket at `close`: y(x) = 2x.
bool Parser::defines_after(std::size_t close) const {
  std::size_t at = close + 1;
  while (at < text_.size() && (text_[at] == ' ' || text_[at] == '~')) { ++at; }
  return at < text_.size() && text_[at] == '=';
}

// Whether the bracket after a name contains its arguments. For f, g, h and similar names always; for other
// letters if it holds a list or a relation, or an equals sign follows; for capitals also if it holds one
// number or letter and ends the term. Else it is a factor: a(-1) is -a.
bool Parser::arguments_follow(std::string_view name) const {
  if (peek() != '(' || name == "e" || name == "i" || name == "pi" || name == "infinity") { return false; }
  const std::string_view letter = name.substr(0, name.find_first_of("_'^"));
  const bool marked = name.ends_with("^-1") || name.find('\'') != std::string_view::npos;
  for (const std::string_view known :
       {"f", "g", "h", "F", "G", "phi", "psi", "Phi", "Psi", "Gamma", "zeta"}) {
    if (letter == known) { return true; }
  }
  std::size_t close = at_;
  int depth = 0;
  bool several = false;
  for (; close < text_.size() && close - at_ < limits::word_bytes; ++close) {
    const char c = text_[close];
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    several = several || (depth == 1 && (c == ',' || c == '='));
    if (depth == 0) { break; }
  }
  if (close >= text_.size() || text_[close] != ')') { return false; }
  const std::string_view inside = trimmed(text_.substr(at_ + 1, close - at_ - 1));
  if (inside.empty()) { return false; }
  const bool starts = depth_ <= 12 && brackets_ == 0 && trimmed(text_.substr(0, at_)).size() == name.size();
  if (several || marked || inside == "0" || (defines_after(close) && starts)) { return true; }
  const bool number =
      std::all_of(inside.begin(), inside.end(), [](char c) { return is_digit(c) || c == '.'; });
  const bool simple = number || (inside.size() == 1 && is_letter(inside[0]));
  const bool ends_term = close + 1 == text_.size() ||
                         std::string_view(" +-,=<>)}]").find(text_[close + 1]) != std::string_view::npos;
  return letter.size() == 1 && letter[0] >= 'A' && letter[0] <= 'Z' && simple && ends_term;
}

Parser::Id Parser::symbol(std::string name) {
  for (;;) {
    if (peek() == '\'') {
      name += "'";
      ++at_;
    } else if (rest().starts_with("^\\prime") || rest().starts_with("^{\\prime}")) {
      name += "'";
      at_ += rest()[1] == '{' ? 9 : 7;
    } else if ((name == "f" || name == "g" || name == "h") &&
               rest().starts_with("^{-1}(")) {  // the inverse function
      name += "^-1";
      at_ += 5;
    } else if (peek() == '_') {
      ++at_;
      skip();
      if (peek() == '{') {
        name += "_" + name_part(raw_braces());
      } else if (peek() == '\\') {
        const std::string_view command = command_name();
        at_ += 1 + command.size();
        const bool text =
            command == "mathrm" || command == "text" || command == "mathit" || command == "mathbf";
        name += text ? "_" : "_\\" + std::string(command);
        if (peek() == '{') { name += name_part(raw_braces()); }
      } else if (!at_end()) {
        name += std::string("_") + peek();
        ++at_;
      }
    } else {
      break;
    }
  }
  if (arguments_follow(name)) {
    const Id arguments = brackets();
    return make(Kind::apply, {arguments}, name);
  }
  return make(Kind::symbol, {}, std::move(name));
}

}  // namespace srl::grading
