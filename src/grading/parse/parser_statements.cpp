// Lists, equations and inequalities, unions.
#include <algorithm>
#include <cctype>
#include <utility>

#include "base/characters.hpp"
#include "grading/parse/parser_state.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
bool Parser::word_separator() {
  skip();
  const std::string_view r = rest();
  for (const std::string_view word : {"and", "or"}) {
    const bool free = at_ == 0 || !is_letter(text_[at_ - 1]);
    if (r.starts_with(word) && free && r.size() > word.size() && !std::islower(byte_of(r[word.size()])) &&
        !compares_after_or(r.substr(word.size()))) {
      at_ += word.size();
      return true;
    }
  }
  for (const std::string_view command : {"text", "mbox", "textrm", "mathrm", "textbf", "textit"}) {
    if (command_name() != command) { continue; }
    const std::size_t open = at_ + 1 + command.size(), close = text_.find('}', open);
    if (open < text_.size() && text_[open] == '{' && close != std::string_view::npos) {
      std::string_view content = text_.substr(open + 1, close - open - 1);
      while (!content.empty() && (content.front() == ' ' || content.front() == ',')) {
        content.remove_prefix(1);
      }
      while (!content.empty() && content.back() == ' ') { content.remove_suffix(1); }
      if (content == "and" || content == "or") {
        at_ = close + 1;
        return true;
      }
    }
  }
  return false;
}

bool Parser::separator() {
  skip();
  bool found = false;
  if (peek() == ',' || peek() == ';') {
    ++at_;
    found = true;
  } else if (rest().starts_with("{,}")) {
    at_ += 3;
    found = true;
  }
  return word_separator() || found;
}

Parser::Id Parser::list(std::string_view end) {
  const Deeper deeper(*this);
  std::vector<Id> items = {statement(end)};
  bool alternatives = false;
  for (;;) {
    const std::size_t before = at_;
    if (!separator()) { break; }
    alternatives = alternatives || text_.substr(before, at_ - before).find("or") != std::string_view::npos;
    if (ends(end)) {  // a trailing comma
      at_ = end.empty() ? at_ : before + 1;
      break;
    }
    if (items.size() >= limits::items) { throw Stop{}; }
    items.push_back(statement(end));
  }
  drop_conditions(items);
  if (items.size() == 1) { return items[0]; }
  const Id id = make(Kind::list, std::move(items));
  tree_.at(id).flipped = alternatives;
  return id;
}

char Parser::relation() {
  skip();
  struct Sign {
    std::string_view text;
    char op;
  };
  for (const Sign sign : {Sign{"<=", 'l'},
                          {">=", 'g'},
                          {"!=", 'n'},
                          {":=", '='},
                          {"==", '='},
                          {"=", '='},
                          {"<", '<'},
                          {">", '>'}}) {
    if (rest().starts_with(sign.text)) {
      at_ += sign.text.size();
      return sign.op;
    }
  }
  const std::string_view name = command_name();
  for (const Sign sign : {Sign{"le", 'l'},
                          {"leq", 'l'},
                          {"leqslant", 'l'},
                          {"ge", 'g'},
                          {"geq", 'g'},
                          {"geqslant", 'g'},
                          {"ne", 'n'},
                          {"neq", 'n'},
                          {"lt", '<'},
                          {"gt", '>'},
                          {"in", 'e'},
                          {"notin", 'o'},
                          {"equiv", '='},
                          {"approx", '~'},
                          {"simeq", '~'},
                          {"sim", '~'},
                          {"doteq", '='}}) {
    if (name == sign.text) {
      at_ += 1 + name.size();
      return sign.op;
    }
  }
  return 0;
}

// A side of a relation, or a whole item: words, or unions of expressions.
Parser::Id Parser::side(std::string_view end) {
  Id word = -1;
  if (word_item(end, word)) { return word; }
  lead_in();
  return unions();
}

Parser::Id Parser::statement(std::string_view end) {
  const Deeper deeper(*this);
  Id word = -1;
  if (word_item(end, word)) { return word; }
  if (depth_ <= 2) {  // "= 5", "\approx 5": without a name
    take("=") || take_command("approx") || take_command("sim") || take_command("simeq");
  }
  std::vector<Id> sides = {left_side()};
  if (peek() == ':' && at_ + 1 < text_.size() && text_[at_ + 1] != '=') {
    sides[0] = proportion(sides[0]);
    suffixes(sides[0]);
  }
  std::string ops;
  bool rounding = false;
  for (char op = relation(); op != 0; op = relation()) {
    if (op == '=' && ends(end)) { break; }
    if (op == '~' && ops.empty() && is_letter_name(sides[0])) { op = '='; }  // x \approx 11
    rounding = rounding || op == '~';  // ignore sides after "approximately"
    Id next = side(end);
    if (peek() == ':' && !rounding) { next = proportion(next); }
    if (sides.size() > limits::items) { throw Stop{}; }
    if (!rounding) {
      sides.push_back(next);
      ops += op;
    }
  }
  if (ops.empty()) { return sides[0]; }
  const Id id = make(Kind::relation, std::move(sides));
  tree_.at(id).ops = ops;
  Id last = tree_.at(id).children.back();
  suffixes(last);
  tree_.at(id).children.back() = last;
  return id;
}

bool Parser::is_letter_name(Id id) const {
  const Node& node = tree_.at(id);
  return node.kind == Kind::word || node.kind == Kind::apply ||
         (node.kind == Kind::symbol && node.name != "pi" && node.name != "e" && node.name != "infinity");
}

// The left side of a statement. What cannot be parsed before an equals sign is a name: \lim_{x\to0}f(x) = 1.
Parser::Id Parser::left_side() {
  const std::size_t begin = at_;
  const std::size_t units = tree_.units.size(), changes = tree_.changes.size();
  const int depth = depth_, brackets = brackets_, bars = bars_;
  try {
    lead_in();
    return unions();
  } catch (const Stop&) {
    if (names_left_ <= 0) { throw; }
    tree_.units.resize(units);
    tree_.changes.resize(changes);
    depth_ = depth;
    brackets_ = brackets;
    bars_ = bars;
  }
  --names_left_;
  at_ = begin;
  int open = 0;
  for (; at_ < text_.size() && at_ - begin < limits::word_bytes; ++at_) {
    const char c = peek();
    open += c == '(' || c == '{' || c == '[' ? 1 : c == ')' || c == '}' || c == ']' ? -1 : 0;
    if (open < 0 || (open == 0 && (c == ',' || c == ';'))) { break; }
    if (open == 0 && c == '=' && at_ > begin) {
      return make(Kind::word, {}, "name:" + name_part(text_.substr(begin, at_ - begin)));
    }
  }
  throw Stop{};
}

// Ratios such as 5:3 or 1:2:4, and times of day.
Parser::Id Parser::proportion(Id first) {
  std::vector<Id> parts = {first};
  while (take(":")) {
    if (parts.size() > limits::items) { throw Stop{}; }
    parts.push_back(product());
  }
  const Id id = make(Kind::tuple, std::move(parts));
  tree_.at(id).open = tree_.at(id).close = ':';
  return id;
}

Parser::Id Parser::unions() {
  Id first = sum();
  if (take_command("over")) {  // TeX's {a \\over b}, {n \\choose k}
    first = make(Kind::divide, {first, sum()});
  } else if (take_command("choose")) {
    first = make(Kind::call, {first, sum()}, "binom");
  }
  std::vector<Id> parts;
  for (;;) {
    skip();
    if (take_command("cup") || take_command("bigcup")) {
      if (parts.empty()) { parts.push_back(first); }
      parts.push_back(sum());
    } else if (take_command("setminus") || take_command("backslash") || take_command("smallsetminus")) {
      if (!parts.empty()) { first = make(Kind::joined, std::exchange(parts, {})); }
      first = make(Kind::apply, {first, sum()}, "setminus");
    } else if (take_command("cap")) {  // binds closer than \cup
      Id& left = parts.empty() ? first : parts.back();
      left = make(Kind::apply, {left, sum()}, "cap");
    } else {
      return parts.empty() ? first : make(Kind::joined, std::move(parts));
    }
  }
}

}  // namespace srl::grading
