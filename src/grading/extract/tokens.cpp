#include "grading/extract/tokens.hpp"

#include <algorithm>
#include <array>

#include "base/characters.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"
#include "grading/text/literal.hpp"

namespace srl::grading {
namespace {

using Kind = TokenKind;

struct Named {
  std::string_view text;
  Kind kind;
};

// In the order of their bytes.
template <std::size_t n>
constexpr std::array<Named, n> by_number(std::array<Named, n> entries) {
  std::sort(entries.begin(), entries.end(), [](const Named& x, const Named& y) { return x.text < y.text; });
  return entries;
}

constexpr auto symbols = by_number(std::to_array<Named>(
    {{"\u2212", Kind::sign},      {"\u2013", Kind::sign},      {"\u00b1", Kind::sign},
     {"\u2213", Kind::sign},      {"\u00d7", Kind::operation}, {"\u00f7", Kind::operation},
     {"\u00b7", Kind::operation}, {"\u22c5", Kind::operation}, {"\u2217", Kind::operation},
     {"\u2044", Kind::operation}, {"\u2264", Kind::relation},  {"\u2265", Kind::relation},
     {"\u2a7d", Kind::relation},  {"\u2a7e", Kind::relation},  {"\u2260", Kind::relation},
     {"\u2248", Kind::relation},  {"\u2261", Kind::relation},  {"\u2208", Kind::relation},
     {"\u221a", Kind::command},   {"\u221b", Kind::command},   {"\u03c0", Kind::command},
     {"\u221e", Kind::command},   {"\u222a", Kind::operation}, {"\u2229", Kind::operation},
     {"\u03b8", Kind::command},   {"\u03b1", Kind::command},   {"\u03b2", Kind::command},
     {"\u03bb", Kind::command},   {"\u03c9", Kind::command},   {"\u2205", Kind::command},
     {"\u00bd", Kind::number},    {"\u2153", Kind::number},    {"\u2154", Kind::number},
     {"\u00bc", Kind::number},    {"\u00be", Kind::number},    {"\u00b2", Kind::suffix},
     {"\u00b3", Kind::suffix},    {"\u00b0", Kind::suffix},    {"\uff05", Kind::suffix},
     {"\uff08", Kind::open},      {"\uff09", Kind::close},     {"\uff0c", Kind::comma},
     {"\uff1a", Kind::other},     {"\u20ac", Kind::currency},  {"\u00a3", Kind::currency},
     {"\u00a5", Kind::currency},  {"\u2074", Kind::suffix},    {"\u2075", Kind::suffix}}));

constexpr std::array<std::string_view, 34> operation_commands = {
    "cdot",   "times",    "div",    "ast",   "cup",      "cap",   "setminus", "backslash", "le",
    "leq",    "leqslant", "ge",     "geq",   "geqslant", "ne",    "neq",      "lt",        "gt",
    "in",     "equiv",    "approx", "simeq", "sim",      "doteq", "pm",       "mp",        "over",
    "choose", "to",       "mid",    "bmod",  "pmod",     "mod",   "circ"};

// Length of the braces that open at `at`, with what is in them; 0 if they do not close soon.
std::size_t braces_length(std::string_view text, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < text.size() && i - at < limits::phrase_bytes; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return i + 1 - at;
    }
  }
  return 0;
}

class Reader {
 public:
  explicit Reader(std::string_view line) : line_(line) {}

  std::vector<Token> all() {
    for (; at_ < line_.size();) {
      if (is_space(line_[at_])) {
        spaced_ = true;
        ++at_;
        continue;
      }
      const std::size_t begin = at_;
      const Kind kind = one();
      tokens_.push_back({kind, begin, at_, spaced_, math_end_ > begin});
      spaced_ = false;
    }
    return std::move(tokens_);
  }

 private:
  std::string_view rest() const { return line_.substr(at_); }
  Kind take(std::size_t length, Kind kind) {
    at_ += length;
    return kind;
  }

  Kind one() {
    const char c = line_[at_];
    if (is_digit(c) || (c == '.' && at_ + 1 < line_.size() && is_digit(line_[at_ + 1]))) { return number(); }
    if (is_letter(c)) { return letters(); }
    if (byte_of(c) >= 0x80) { return unicode(); }
    if (c == '\\') { return command(); }
    if (c == '$') { return dollar(); }
    switch (c) {
      case '+':
      case '-': return take(1, Kind::sign);
      case '*':
        if (rest().starts_with("**") && (at_ + 2 == line_.size() || !is_digit(line_[at_ + 2]))) {
          return take(2, Kind::other);
        }
        return take(rest().starts_with("**") ? 2 : 1, Kind::operation);
      case '/':
      case '^':
      case '_': return take(1, Kind::operation);
      case '=':
      case '<':
      case '>': return take(1, Kind::relation);
      case ':': return take(1, Kind::colon);
      case ',':
      case ';': return take(1, Kind::comma);
      case '(':
      case '[':
      case '{': return take(1, Kind::open);
      case ')':
      case ']':
      case '}': return take(1, Kind::close);
      case '|': return take(1, Kind::bar);
      case '%':
      case '\'': return take(1, Kind::suffix);
      case '!': return take(1, rest().starts_with("!=") ? Kind::relation : Kind::suffix);
      default: return take(1, Kind::other);
    }
  }

  Kind number() {
    Literal literal;
    read_literal(line_, at_, true, literal);
    if (literal.grouped && line_.substr(at_, literal.end - at_).find(' ') != std::string_view::npos) {
      read_literal(line_, at_, false, literal);  // in running text a space separates words
    }
    at_ = literal.end;
    return Kind::number;
  }

  Kind letters() {
    std::size_t end = at_;
    while (end < line_.size() && is_letter(line_[end])) { ++end; }
    const std::string_view run = line_.substr(at_, end - at_);
    at_ = end;
    if (run.size() == 1) { return Kind::letter; }
    const bool known = !function_of(run).empty() || run == "pi" || run == "infinity";
    return known ? Kind::command : Kind::word;
  }

  Kind unicode() {
    for (const std::size_t length : {std::size_t{3}, std::size_t{2}}) {
      const std::string_view bytes = rest().substr(0, length);
      const auto found =
          std::lower_bound(symbols.begin(), symbols.end(), bytes,
                           [](const Named& entry, std::string_view b) { return entry.text < b; });
      if (found != symbols.end() && found->text == bytes) { return take(length, found->kind); }
    }
    if (rest().starts_with("\u202f") || rest().starts_with("\u2009")) { return take(3, Kind::spacing); }
    if (rest().starts_with("\u00a0")) { return take(2, Kind::spacing); }
    std::size_t end = at_ + 1;
    while (end < line_.size() && (byte_of(line_[end]) & 0xc0) == 0x80) { ++end; }
    at_ = end;
    return Kind::other;
  }

  Kind command() {
    std::size_t end = at_ + 1;
    while (end < line_.size() && is_letter(line_[end])) { ++end; }
    const std::string_view name = line_.substr(at_ + 1, end - at_ - 1);
    if (name.empty()) {
      const char next = at_ + 1 < line_.size() ? line_[at_ + 1] : ' ';
      const std::size_t length = std::min<std::size_t>(2, line_.size() - at_);
      switch (next) {
        case '(':
        case '[': math_end_ = std::string_view::npos; return take(length, Kind::edge);
        case ')':
        case ']': math_end_ = 0; return take(length, Kind::edge);
        case '{': return take(length, Kind::open);
        case '}': return take(length, Kind::close);
        case '%': return take(length, Kind::suffix);
        case '$': return take(length, Kind::currency);
        default: return take(length, next == '\\' ? Kind::other : Kind::spacing);
      }
    }
    if (name == "text" || name == "mbox" || name == "mathrm" || name == "textbf" || name == "textrm") {
      const std::size_t length = end < line_.size() && line_[end] == '{' ? braces_length(line_, end) : 0;
      at_ = end + length;
      return length > 0 ? Kind::text : Kind::other;
    }
    at_ = end;
    if (name == "boxed" || name == "fbox") { return Kind::other; }
    if (name == "left" || name == "right" || name == "quad" || name == "qquad") { return Kind::spacing; }
    return std::find(operation_commands.begin(), operation_commands.end(), name) != operation_commands.end()
               ? Kind::operation
               : Kind::command;
  }

  // A math mark, if another closes it and no word is between them; else a currency sign.
  Kind dollar() {
    const std::size_t length = rest().starts_with("$$") ? 2 : 1;
    if (math_end_ > at_ && math_end_ != std::string_view::npos) {
      math_end_ = 0;
      return take(length, Kind::edge);
    }
    const std::size_t close = line_.find('$', at_ + length);
    const std::string_view inside = close == std::string_view::npos
                                        ? std::string_view()
                                        : line_.substr(at_ + length, close - at_ - length);
    if (inside.empty() || holds_words(inside)) { return take(length, Kind::currency); }
    math_end_ = close + 1;
    return take(length, Kind::edge);
  }

  // Whether there is a word of running text: two letters after white space that are not a command or
  // function.
  static bool holds_words(std::string_view inside) {
    for (std::size_t i = 0; i < inside.size();) {
      if (inside[i] == '\\') {
        std::size_t end = i + 1;
        while (end < inside.size() && is_letter(inside[end])) { ++end; }
        const std::size_t length = end < inside.size() && inside[end] == '{' ? braces_length(inside, end) : 0;
        i = inside.substr(i).starts_with("\\text") || inside.substr(i).starts_with("\\m")
                ? end + length
                : std::max(end, i + 2);
        continue;
      }
      std::size_t end = i;
      while (end < inside.size() && is_letter(inside[end])) { ++end; }
      const std::string_view run = inside.substr(i, end - i);
      if (run.size() >= 2 && i > 0 && is_space(inside[i - 1]) && function_of(run).empty()) { return true; }
      i = std::max(end, i + 1);
    }
    return false;
  }

  std::string_view line_;
  std::size_t at_ = 0, math_end_ = 0;
  bool spaced_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view line) {
  return Reader(line).all();
}

}  // namespace srl::grading
