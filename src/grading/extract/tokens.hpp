#pragma once
// Tokens of running text, to find expressions in it. Private to the extraction.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace srl::grading {

enum class TokenKind : std::uint8_t {
  number,
  letter,     // one letter by itself
  command,    // \frac, √, π and names such as sin: they join what is beside them
  spacing,    // \, and \quad
  text,       // \text{…}
  word,       // two or more letters
  sign,       // + - ±
  operation,  // * / ^ _ × ·
  relation,   // = < ≤ ≈
  colon,
  comma,  // , and ;
  open,
  close,
  bar,
  suffix,  // % ° ! ' ²
  currency,
  edge,  // a math mark: $ \( \]
  other
};

struct Token {
  TokenKind kind = TokenKind::other;
  std::size_t begin = 0, end = 0;
  bool spaced = false;   // white space before it
  bool in_math = false;  // between math marks
};

inline bool is_operand_end(const Token& token) {
  return token.kind == TokenKind::number || token.kind == TokenKind::letter ||
         token.kind == TokenKind::command || token.kind == TokenKind::close ||
         token.kind == TokenKind::suffix || token.kind == TokenKind::text || token.kind == TokenKind::bar;
}
inline bool is_operand_begin(const Token& token) {
  return token.kind == TokenKind::number || token.kind == TokenKind::letter ||
         token.kind == TokenKind::command || token.kind == TokenKind::open || token.kind == TokenKind::bar;
}
inline bool is_operator(const Token& token) {
  return token.kind == TokenKind::sign || token.kind == TokenKind::operation ||
         token.kind == TokenKind::relation;
}

std::vector<Token> tokens_of(std::string_view line);

}  // namespace srl::grading
