#pragma once
// Recursive-descent parser for the cleaned text of an answer. The files parser*.cpp contain its parts by
// topic.
#include <optional>
#include <string>
#include <string_view>

#include "base/not_copied.hpp"
#include "grading/parse/expression.hpp"
#include "grading/parse/parser.hpp"
#include "grading/parse/remarks.hpp"

namespace srl::grading {

/// A subscript or decoration as part of a name, without spaces, braces and font commands.
std::string name_part(std::string_view raw);

class Parser {
 public:
  struct Stop {};  ///< thrown when the text cannot be parsed; parse() catches it

  Parser(std::string_view text, Reading reading, Tree& tree) : text_(text), reading_(reading), tree_(tree) {}
  void parse_answer();

 private:
  using Id = std::int32_t;
  // parser_statements.cpp: lists, equations, unions
  Id list(std::string_view end);  // up to a character in `end`; empty = up to the end of the text
  void drop_conditions(std::vector<Id>& items);
  bool declares(Id item);  // k \in \mathbb{Z}
  bool is_condition(Id id) const;
  bool separator();
  bool word_separator();
  Id side(std::string_view end);
  Id left_side();
  bool is_letter_name(Id id) const;
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
  const char* temperature();
  bool ordinal_ending();
  bool starts_factor();
  bool mixed_fraction_follows() const;

  // parser_primary.cpp: numbers, letters
  Id primary();
  Id number();
  Id letters();
  Id symbol(std::string name);  // with subscript, primes, and the arguments of a function
  bool arguments_follow(std::string_view name) const;
  bool defines_after(std::size_t close) const;
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
  Id selection(std::string_view name);
  Id environment();
  Id matrix();
  Id cases(bool aligned);
  Id case_condition();
  Id real_line();
  Id half_line();
  Id angle_brackets();
  Id letter_in(std::string_view font);
  Id reals();
  std::optional<std::string> named_argument();
  Id decorated(std::string_view mark);
  Id delimited(std::string_view close, const char* function);  // \lfloor etc., up to `close`

  // parser_words.cpp: text answers
  bool word_item(std::string_view end, Id& id);
  Id text_command(std::string_view name);
  bool text_follows() const;  // \text{…} and its relatives

  // parser_suffixes.cpp: what follows or precedes a value in words
  void suffixes(Id& value);
  bool text_suffix(Id value, std::string& words);
  bool plain_suffix(Id value, std::string& words);
  std::string_view plain_run() const;
  bool is_plain_remark(Id value, std::string_view run, std::string_view first, bool spaced);
  bool fraction_of_units(std::string& words);
  void operators_between_units(std::string& words);
  bool modulus();
  void apply(const Remark& remark, Id& value);
  void skip_condition();
  void lead_in();
  Id condition();

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
  struct Deeper : private NotCopied {
    explicit Deeper(Parser& owner);
    ~Deeper() { --parser.depth_; }
    Parser& parser;
  };

  std::string_view text_;
  Reading reading_;
  Tree& tree_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int brackets_ = 0;  // nesting depth; inside brackets a comma never groups digits
  int bars_ = 0;
  bool alignment_ = false;   // & only aligns
  bool left_brace_ = false;  // \left\{ opened a system of equations
  int names_left_ = 4;       // left sides that may still be read as names, so that the work stays bounded
};

}  // namespace srl::grading
