// Environments between \begin and \end: matrices, systems of equations, definitions by cases.
#include "grading/parse/parser_state.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {

Parser::Id Parser::environment() {
  const Deeper deeper(*this);
  const std::string name = raw_braces();
  if (name == "pmatrix" || name == "bmatrix" || name == "matrix" || name == "Bmatrix" ||
      name == "smallmatrix" || name == "vmatrix") {
    const Id id = matrix();
    return name == "vmatrix" ? make(Kind::call, {id}, "det") : id;
  }
  if (name == "array") {
    const std::string columns = raw_braces();
    if (!left_brace_) { return matrix(); }
  } else if (name != "cases" && name != "dcases" && name != "rcases" && name != "aligned" &&
             name != "gathered" && name != "align*" && name != "align" && name != "split") {
    throw Stop{};
  }
  return cases(name != "cases" && name != "dcases" && name != "rcases" && name != "array");
}

// A system: the list of its statements. With a second column, a definition by cases.
Parser::Id Parser::cases(bool aligned) {
  const bool outside = left_brace_, aligned_outside = alignment_;
  left_brace_ = false;
  alignment_ = aligned;
  std::vector<Id> statements, definition;
  while (!take_command("end")) {
    if (take("\\\\")) { continue; }
    take("&");
    const Id value = list(",.&");
    take(",") || take(".");
    if (take("&") && !ends({})) {
      take_command("quad");
      const Id when = case_condition();
      definition.push_back(value);
      definition.push_back(when);
    } else {
      statements.push_back(value);
    }
    take(",") || take(".") || take(";");
    if (statements.size() + definition.size() > limits::items) { throw Stop{}; }
  }
  raw_braces();
  left_brace_ = outside;
  alignment_ = aligned_outside;
  if (!definition.empty() && !statements.empty()) { throw Stop{}; }
  if (!definition.empty()) { return make(Kind::cases, std::move(definition)); }
  if (statements.empty()) { throw Stop{}; }
  return statements.size() == 1 ? statements[0] : make(Kind::list, std::move(statements));
}

// The condition of a case: "x > 0", \text{if } x > 0, \text{otherwise}.
Parser::Id Parser::case_condition() {
  skip();
  const std::size_t before = at_;
  std::string words;
  if (text_follows()) {
    at_ += 1 + command_name().size();
    words = raw_braces();
    for (const std::string_view otherwise : {"otherwise", "else"}) {
      if (words.find(otherwise) != std::string::npos) { return make(Kind::word, {}, "otherwise"); }
    }
    if (words.find_first_of("<>=") != std::string::npos || ends({})) { at_ = before; }
  } else {
    for (const std::string_view word : {"if ", "for ", "when ", "otherwise", "else"}) {
      if (take(word) && word.size() > 5 - 1 && word.back() != ' ') {
        return make(Kind::word, {}, "otherwise");
      }
    }
  }
  return list(",.");
}

Parser::Id Parser::matrix() {
  Node node;
  node.kind = Kind::matrix;
  std::int32_t in_row = 0;
  for (;;) {
    skip();
    if (take_command("end")) {
      raw_braces();
      break;
    }
    if (take("\\\\")) {
      if ((node.columns != 0 && in_row != node.columns) || in_row == 0) { throw Stop{}; }
      node.columns = in_row;
      in_row = 0;
      continue;
    }
    if (in_row > 0 && !take("&")) { throw Stop{}; }
    node.children.push_back(sum());
    ++in_row;
    if (node.children.size() > limits::items) { throw Stop{}; }
  }
  if (in_row > 0 && node.columns != 0 && in_row != node.columns) { throw Stop{}; }
  node.columns = node.columns == 0 ? in_row : node.columns;
  if (node.columns == 0) { throw Stop{}; }
  return add(std::move(node));
}

// \mathbb{R} is the interval from minus to plus infinity; \mathbb{R}^+ begins at 0.
Parser::Id Parser::reals() {
  const std::size_t before = at_;
  skip();
  const bool raised = peek() == '^' || peek() == '_';
  if (raised) {
    ++at_;
    const std::string which = peek() == '{'
                                  ? name_part(raw_braces())
                                  : std::string(1, text_[at_ < text_.size() ? at_++ : throw Stop{}]);
    if (which == "+" || which == ">0") { return half_line(); }
    at_ = before;
    return symbol("R");
  }
  return real_line();
}

Parser::Id Parser::half_line() {
  const Id zero = integer("0");
  const Id id = make(Kind::tuple, {zero, make(Kind::symbol, {}, "infinity")});
  tree_.at(id).open = '(';
  tree_.at(id).close = ')';
  return id;
}

Parser::Id Parser::real_line() {
  const Id below = make(Kind::negate, {make(Kind::symbol, {}, "infinity")});
  const Id id = make(Kind::tuple, {below, make(Kind::symbol, {}, "infinity")});
  tree_.at(id).open = '(';
  tree_.at(id).close = ')';
  return id;
}

}  // namespace srl::grading
