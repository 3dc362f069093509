#pragma once
// Recursive-descent parser for the cleaned text of an answer. The files parser*.cpp contain its parts by
// topic.
#include <string>
#include <string_view>

#include "grading/parse/expression.hpp"

namespace srl::grading {

/// A subscript or decoration as part of a name, without spaces, braces and font commands.
std::string name_part(std::string_view raw);

class Parser {
 public:
  struct Stop {};  ///< thrown when the text cannot be parsed; parse() catches it

  Parser(std::string_view text, bool groups, Tree& tree) : text_(text), groups_(groups), tree_(tree) {}
  void parse_answer();

 private:
  using Id = std::int32_t;
  // parser_statements.cpp: lists, equations, unions
  Id list(std::string_view end);  // up to a character in `end`; empty = up to the end of the text
  bool separator();
  bool word_separator();
  Id statement(std::string_view end);
  char relation();
  Id proportion(Id first);
  Id unions();

  // parser_operators.cpp: sums, products, powers
  Id sum();
  Id signed_term();
  Id product();
  Id power();
  Id exponent();
  Id postfix(Id base);
  bool starts_factor();
  bool mixed_fraction_follows() const;

  // parser_primary.cpp: numbers, letters
  Id primary();
  Id number();
  Id letters();
  Id symbol(std::string name);  // with subscript, primes, and the arguments of a function
  bool arguments_follow(std::string_view name) const;
  std::string raw_braces();

  // parser_brackets.cpp
  Id brackets();
  Id bars();
  Id braces();
  Id braced_set();
  bool builds_set();  // { x | … }: reads up to the condition
  Id argument();      // of \frac etc.: a group, or a single digit, letter or command

  // parser_commands.cpp
  Id command();
  Id fraction();
  Id root();
  Id function(std::string_view name);  // the argument may have no brackets
  Id function_argument();
  Id matrix();
  Id real_line();
  Id angle_brackets();
  Id letter_in(std::string_view font);
  Id decorated(std::string_view mark);
  Id delimited(std::string_view close, const char* function);  // \lfloor etc., up to `close`

  // parser_words.cpp: text answers and units
  bool word_item(std::string_view end, Id& id);
  Id text_command(std::string_view name);
  void units();
  bool unit();
  bool unit_starts(std::size_t at) const;

  // text
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::string_view rest() const { return text_.substr(at_); }
  void skip();
  bool take(std::string_view token);      // skips space first
  std::string_view command_name() const;  // letters after the backslash at at_
  bool take_command(std::string_view name);
  bool ends(std::string_view end);

  // tree
  Id add(Node node);
  Id make(Kind kind, std::vector<Id> children, std::string name = {});
  Id integer(std::string_view digits);
  struct Deeper {
    explicit Deeper(Parser& owner);
    ~Deeper() { --parser.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    Parser& parser;
  };

  std::string_view text_;
  bool groups_;
  Tree& tree_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int brackets_ = 0;  // nesting depth; inside brackets a comma never groups digits
  int bars_ = 0;
};

}  // namespace srl::grading
