// Brackets of every kind: groups, tuples, intervals, absolute values, sets, and the arguments of commands.
#include "grading/parse/parser_state.hpp"
#include "grading/text/ascii.hpp"

namespace srl::grading {

// ( … ) and [ … ]: with one item a group, with several a tuple or an interval.
Parser::Id Parser::brackets() {
  const Deeper deeper(*this);
  const char open = peek();
  ++at_;
  ++brackets_;
  const int bars_outside = bars_;
  bars_ = 0;
  const Id inside = list(")]");
  bars_ = bars_outside;
  --brackets_;
  skip();
  const char close = peek();
  if (close != ')' && close != ']') { throw Stop{}; }
  ++at_;
  if (tree_.at(inside).kind != Kind::list) { return inside; }
  const Id id = make(Kind::tuple, tree_.at(inside).children);
  tree_.at(id).open = open;
  tree_.at(id).close = close;
  return id;
}

Parser::Id Parser::bars() {
  const Deeper deeper(*this);
  if (bars_ > 0) { throw Stop{}; }
  ++at_;
  ++bars_;
  const Id inside = sum();
  --bars_;
  if (!take("|")) { throw Stop{}; }
  return make(Kind::call, {inside}, "abs");
}

// LaTeX's invisible group.
Parser::Id Parser::braces() {
  const Deeper deeper(*this);
  ++at_;
  const int bars_outside = bars_;
  bars_ = 0;
  const Id inside = list("}");
  bars_ = bars_outside;
  if (!take("}")) { throw Stop{}; }
  return inside;
}

// "x \mid", "x |", "x:", "x \in \mathbb{R} \mid": the set of all x that satisfy the condition after it.
bool Parser::builds_set() {
  const std::size_t before = at_;
  skip();
  if (is_letter(peek()) && at_ + 1 < text_.size() && !is_letter(text_[at_ + 1])) {
    ++at_;
    if (take_command("in")) { take("\\mathbb{R}") || take("\\mathbb R"); }
    if (take_command("mid") || take_command("vert") || take_command("colon") || take("|") || take(":")) {
      return true;
    }
  }
  at_ = before;
  return false;
}

Parser::Id Parser::braced_set() {
  const Deeper deeper(*this);
  at_ += 2;
  if (take_command("begin")) {  // \left\{ \begin{array} … \end{array} \right.
    left_brace_ = true;
    const Id system = environment();
    left_brace_ = false;
    take("\\}");
    return system;
  }
  ++brackets_;
  std::vector<Id> items;
  if (builds_set()) {
    const Id condition = list({});
    --brackets_;
    if (!take("\\}")) { throw Stop{}; }
    return condition;
  }
  skip();
  if (!rest().starts_with("\\}")) {
    const Id inside = list({});
    items = tree_.at(inside).kind == Kind::list ? tree_.at(inside).children : std::vector<Id>{inside};
  }
  --brackets_;
  if (!take("\\}")) { throw Stop{}; }
  return make(Kind::set, std::move(items));
}

Parser::Id Parser::argument() {
  const Deeper deeper(*this);
  skip();
  if (peek() == '{') { return braces(); }
  if (is_digit(peek())) {
    const Id id = integer(text_.substr(at_, 1));
    ++at_;
    return id;
  }
  if (is_letter(peek())) {
    const std::string name(1, peek());
    ++at_;
    return make(Kind::symbol, {}, name);
  }
  return primary();
}

}  // namespace srl::grading
