#include "grading/parse/parser.hpp"

#include "grading/parse/latex_cleanup.hpp"
#include "grading/parse/parser_state.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {

std::optional<Tree> parse(std::string_view answer, Reading reading) {
  if (answer.size() > limits::answer_bytes) { return std::nullopt; }
  const std::string text = cleaned(answer);
  Tree tree;
  try {
    Parser(text, reading, tree).parse_answer();
  } catch (const Parser::Stop&) { return std::nullopt; }
  return tree;
}

void Parser::parse_answer() {
  tree_.root = list({});
  skip();
  if (!at_end()) { throw Stop{}; }
}

// --- text

void Parser::skip() {
  for (;;) {
    const std::string_view r = rest();
    if (!r.empty() &&
        (r[0] == ' ' || r[0] == '~' || (r[0] == '&' && alignment_) || (r[0] >= '\t' && r[0] <= '\r'))) {
      ++at_;
    } else if (!r.empty() && r[0] >= '\x01' && r[0] <= '\x04') {
      constexpr std::string_view currencies[] = {"dollar", "euro", "lb", "yen"};
      tree_.units.emplace_back(currencies[r[0] - 1]);
      ++at_;
    } else if (r.size() >= 2 && r[0] == '\\' &&
               (r[1] == ',' || r[1] == ';' || r[1] == ':' || r[1] == '!' || r[1] == ' ' || r[1] == '\n')) {
      at_ += 2;
    } else if (r.starts_with("\\quad") || r.starts_with("\\qquad")) {
      at_ += r[1] == 'q' && r[2] == 'q' ? 6 : 5;
    } else if (r == "\\") {
      ++at_;
    } else {
      return;
    }
  }
}

bool Parser::take(std::string_view token) {
  skip();
  if (!rest().starts_with(token)) { return false; }
  at_ += token.size();
  return true;
}

std::string_view Parser::command_name() const {
  std::size_t end = at_ + 1;
  while (end < text_.size() && is_letter(text_[end])) { ++end; }
  return peek() == '\\' ? text_.substr(at_ + 1, end - at_ - 1) : std::string_view();
}

bool Parser::take_command(std::string_view name) {
  skip();
  if (command_name() != name) { return false; }
  at_ += 1 + name.size();
  return true;
}

bool Parser::ends(std::string_view end) {
  skip();
  return at_end() || (!end.empty() && end.find(peek()) != std::string_view::npos) ||
         rest().starts_with("\\}") || rest().starts_with("\\\\") || rest().starts_with("\\end") ||
         peek() == '&';
}

// --- tree

Parser::Deeper::Deeper(Parser& owner) : parser(owner) {
  if (++parser.depth_ > limits::nesting) { throw Stop{}; }
}

Parser::Id Parser::add(Node node) {
  if (tree_.nodes.size() >= limits::nodes) { throw Stop{}; }
  return tree_.add(std::move(node));
}

Parser::Id Parser::make(Kind kind, std::vector<Id> children, std::string name) {
  Node node;
  node.kind = kind;
  node.children = std::move(children);
  node.name = std::move(name);
  return add(std::move(node));
}

Parser::Id Parser::integer(std::string_view digits) {
  Literal literal;
  literal.digits = digits;
  Node node;
  node.literal = tree_.add(std::move(literal));
  return add(std::move(node));
}

}  // namespace srl::grading
