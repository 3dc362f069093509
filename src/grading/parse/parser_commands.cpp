// LaTeX commands: fractions, roots, functions, matrices, decorated names.
#include <algorithm>
#include <initializer_list>

#include "grading/parse/parser_state.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The name of a vector: the letter, except for the unit vectors, which are not the imaginary unit.
std::string vector_name(std::string_view letter) {
  if (letter == "i" || letter == "\\imath" || letter == "imath") { return "vector:i"; }
  if (letter == "\\jmath" || letter == "jmath") { return "vector:j"; }
  return "vector:" + std::string(letter);
}

}  // namespace

Parser::Id Parser::fraction() {
  const Id above = argument();
  const Id below = argument();
  return make(Kind::divide, {above, below});
}

Parser::Id Parser::root() {
  skip();
  if (peek() == '[') {
    ++at_;
    const Id degree = sum();
    if (!take("]")) { throw Stop{}; }
    return make(Kind::call, {argument(), degree}, "root");
  }
  if (is_digit(peek())) { return make(Kind::call, {number()}, "sqrt"); }
  return make(Kind::call, {peek() == '(' ? brackets() : argument()}, "sqrt");
}

// sin 2t, \sin^2 \theta, \log_2 8, \ln(x), sqrt(2).
Parser::Id Parser::function(std::string_view name) {
  const Deeper deeper(*this);
  if (name == "sqrt") { return root(); }
  Id base = -1, exponent_of_all = -1;
  for (;;) {
    skip();
    if (peek() == '_' && base < 0) {
      ++at_;
      base = argument();
    } else if (peek() == '^' && exponent_of_all < 0) {
      ++at_;
      exponent_of_all = exponent();
    } else {
      break;
    }
  }
  std::string called(name);
  const auto is_minus_one = [&](Id id) {
    const Node& node = tree_.at(id);
    return node.kind == Kind::negate && tree_.at(node.children[0]).kind == Kind::number &&
           tree_.literals[tree_.at(node.children[0]).literal].digits == "1";
  };
  if (exponent_of_all >= 0 && is_minus_one(exponent_of_all) &&
      (name == "sin" || name == "cos" || name == "tan")) {
    called = "arc" + called;
    exponent_of_all = -1;
  }
  std::vector<Id> arguments = {function_argument()};
  if (base >= 0) { arguments.push_back(base); }
  const Id id = make(Kind::call, std::move(arguments), called);
  return exponent_of_all >= 0 ? make(Kind::power, {id, exponent_of_all}) : id;
}

Parser::Id Parser::function_argument() {
  skip();
  if (peek() == '(' || peek() == '[') { return brackets(); }
  if (peek() == '{') { return braces(); }
  if (take("-")) { return make(Kind::negate, {function_argument()}); }
  Id product_so_far = power();
  for (;;) {  // adjacent numbers, letters, fractions and roots belong to the argument; brackets and functions
              // do not
    skip();
    const std::string_view name = command_name();
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) { ++end; }
    const std::string_view run = text_.substr(at_, end - at_);
    const bool simple = name == "frac" || name == "dfrac" || name == "tfrac" || name == "sqrt" ||
                        (!name.empty() && !constant_of(name).empty()) || is_digit(peek()) ||
                        (!run.empty() && function_of(run).empty());
    if (!simple || !starts_factor()) { return product_so_far; }
    product_so_far = make(Kind::multiply, {product_so_far, power()});
  }
}

// A vector in angle brackets.
Parser::Id Parser::angle_brackets() {
  const Id inside = list({});
  if (!take_command("rangle") || tree_.at(inside).kind != Kind::list) { throw Stop{}; }
  const Id id = make(Kind::tuple, tree_.at(inside).children);
  tree_.at(id).open = '(';
  tree_.at(id).close = ')';
  return id;
}

// The name in braces or of the command that follows; none if neither does.
std::optional<std::string> Parser::named_argument() {
  skip();
  if (peek() == '{') { return name_part(raw_braces()); }
  if (peek() != '\\') { return std::nullopt; }
  std::string name(command_name());
  at_ += 1 + name.size();
  return name;
}

// \mathbf{v}, \mathbb{R}: a letter in a font is the plain letter; \mathbf{i} is a vector of unit length. Any
// other text in a font is what it is without it: \mathbf{3}.
Parser::Id Parser::letter_in(std::string_view font) {
  skip();
  if (peek() == '{') {
    const std::string_view inner = rest().substr(1, rest().find('}') - 1);
    const bool name = std::none_of(inner.begin(), inner.end(), [](char c) {
      return std::string_view("+-*/=<>^(),.|").find(c) != std::string_view::npos;
    });
    const std::size_t first = inner.find_first_not_of(' ');
    if (!name || (first != std::string_view::npos && is_digit(inner[first]))) { return braces(); }
  }
  const std::optional<std::string> named = named_argument();
  const std::string letter =
      named ? *named : name_part(std::string(1, text_[at_ < text_.size() ? at_++ : throw Stop{}]));
  if (font == "mathbb" && letter == "R") { return reals(); }
  if (font == "mathbf" || font == "boldsymbol" || font == "bm") { return symbol(vector_name(letter)); }
  return symbol(letter);
}

// \vec{a}, \overline{AB}, \angle ABC: one separate symbol.
Parser::Id Parser::decorated(std::string_view mark) {
  skip();
  const bool is_command = peek() == '\\';
  const std::optional<std::string> named = named_argument();
  std::string inside = named.value_or("");
  if (is_command) { inside = peek() == '{' ? name_part(raw_braces()) : "\\" + inside; }
  for (; !named && is_letter(peek()); ++at_) { inside += peek(); }
  const bool unit = inside == "i" || inside == "j" || inside == "k" || inside.ends_with("math");
  if (mark == "vec" || (mark == "hat" && unit)) { return symbol(vector_name(inside)); }
  return symbol(std::string(mark) + ":" + inside);
}

Parser::Id Parser::delimited(std::string_view close, const char* function) {
  const Id inside = sum();
  if (!take_command(close)) { throw Stop{}; }
  return make(Kind::call, {inside}, function);
}

// \max(3, 5), \gcd(12, 18), \max\{a, b\}.
Parser::Id Parser::selection(std::string_view name) {
  const Id inside = primary();
  const Node& node = tree_.at(inside);
  if ((node.kind != Kind::tuple && node.kind != Kind::set) || node.children.empty()) { throw Stop{}; }
  const std::vector<Id> children = node.children;
  Id chosen = children[0];
  for (std::size_t k = 1; k < children.size(); ++k) {
    chosen = make(Kind::call, {chosen, children[k]}, std::string(name));
  }
  return chosen;
}

Parser::Id Parser::command() {
  const std::string_view name = command_name();
  if (name.empty()) { throw Stop{}; }
  if (text_follows()) { return text_command(name); }
  at_ += 1 + name.size();
  if (is_one_of(name, {"frac", "dfrac", "tfrac", "cfrac"})) { return fraction(); }
  if (name == "sqrt") { return root(); }
  if (is_one_of(name, {"binom", "dbinom", "tbinom"})) {
    const Id above = argument();
    return make(Kind::call, {above, argument()}, "binom");
  }
  if (name == "begin") { return environment(); }
  if (const std::string_view known = function_of(name); !known.empty()) { return function(known); }
  if (const std::string_view known = constant_of(name); !known.empty()) { return symbol(std::string(known)); }
  if (is_one_of(name, {"max", "min", "gcd"}) && (peek() == '(' || peek() == '\\' || peek() == '{')) {
    return selection(name);
  }
  if (name == "lfloor") { return delimited("rfloor", "floor"); }
  if (name == "lceil") { return delimited("rceil", "ceil"); }
  if (name == "lvert") { return delimited("rvert", "abs"); }
  if (name == "langle") { return angle_brackets(); }
  if (is_one_of(name, {"mathbf", "mathit", "mathcal", "mathsf", "boldsymbol", "bm", "mathbb"})) {
    return letter_in(name);
  }
  if (is_one_of(name, {"dot", "ddot", "hat", "vec", "bar", "overline", "overrightarrow", "tilde", "widehat",
                       "angle", "triangle", "underline", "overleftrightarrow"})) {
    return decorated(name);
  }
  if (is_one_of(name, {"boxed", "fbox", "framebox", "ensuremath"})) {
    skip();
    if (peek() == '{') { return braces(); }
  }
  throw Stop{};
}

}  // namespace srl::grading
