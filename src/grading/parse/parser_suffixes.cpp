// Words beside a value: units, number words, conditions. Units are removed from the expression and listed in
// Tree::units.
#include <algorithm>
#include <array>

#include "grading/parse/parser_state.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
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

// Removes items that say something about variables, if others remain.
void Parser::drop_conditions(std::vector<Id>& items) {
  if (items.size() < 2) { return; }
  std::vector<Id> kept;
  for (const Id item : items) {
    if (!is_condition(item) && !declares(item)) { kept.push_back(item); }
  }
  if (!kept.empty()) { items = std::move(kept); }
}

// Whether the item only names the numbers that a variable stands for, as in k \in \mathbb{Z}.
bool Parser::declares(Id item) {
  const Node& node = tree_.at(item);
  if (node.kind != Kind::relation || node.ops.back() != 'e') { return false; }
  const Node& numbers = tree_.at(node.children.back());
  const bool integers =
      numbers.kind == Kind::symbol && (numbers.name.starts_with("Z") || numbers.name.starts_with("N"));
  const bool others =
      (numbers.kind == Kind::symbol &&
       (numbers.name.starts_with("Q") || numbers.name.starts_with("R") || numbers.name.starts_with("C"))) ||
      (numbers.kind == Kind::tuple && numbers.children.size() == 2 &&
       tree_.at(numbers.children[1]).name == "infinity" &&
       tree_.at(numbers.children[0]).kind == Kind::negate);
  const Node& variable = tree_.at(node.children[0]);
  if (!integers && !others) { return false; }
  if (integers && variable.kind == Kind::symbol &&
      std::find(tree_.integers.begin(), tree_.integers.end(), variable.name) == tree_.integers.end()) {
    tree_.integers.push_back(variable.name);
  }
  return true;
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
