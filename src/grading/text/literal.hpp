#pragma once
// Number literals in plain text and LaTeX: separators, decimals, exponents, repeating decimals.
#include <cstdint>
#include <string>
#include <string_view>

namespace srl::grading {

/// value = digits * 10^exponent. In a repeating decimal (repeat > 0) the last `repeat` digits repeat without
/// end.
struct Literal {
  std::string digits;  ///< without leading zeros except a single "0"
  std::int64_t exponent = 0;
  int repeat = 0;
  bool approximate = false;  ///< written with a decimal point or an exponent, and not repeating
  bool grouped = false;      ///< written with thousands separators, which could also separate a list
  std::size_t end = 0;       ///< position after the number in the text
};

/// The digits before the repeating ones; repeat > 0.
inline std::string_view without_repeat(const Literal& number) {
  return std::string_view(number.digits).substr(0, number.digits.size() - number.repeat);
}

/// Reads an unsigned number at text[at]; false when there is none. Thousands separators are `{,}`, `,\!`,
/// `\,`, a thin space before groups of three digits; with `plain_groups` also a plain comma or a single
/// space.
bool read_literal(std::string_view text, std::size_t at, bool plain_groups, Literal& literal);

}  // namespace srl::grading
