#include "grading/text/literal.hpp"

#include <algorithm>

namespace srl::grading {
namespace {

bool digit_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

std::size_t digits_end(std::string_view text, std::size_t at) {
  while (digit_at(text, at)) { ++at; }
  return at;
}

// Length of a thousands separator at `at`; 0 if there is none.
std::size_t separator_length(std::string_view text, std::size_t at, bool plain) {
  const std::string_view rest = text.substr(at);
  for (const std::string_view mark :
       {"{,}", ",\\!", "\\,", "\\ ", "\\;", "\\:", "~", "\xe2\x80\xaf", "\xe2\x80\x89"}) {
    if (rest.starts_with(mark)) {
      std::size_t length = mark.size();
      while (rest.substr(length).starts_with("\\!") || rest.substr(length).starts_with(" ")) {
        length += rest[length] == ' ' ? 1 : 2;
      }
      return length;
    }
  }
  if (plain && !rest.empty() && (rest[0] == ',' || rest[0] == ' ')) { return 1; }
  return 0;
}

// Reads groups of exactly three digits after a first group of one to three.
std::size_t read_groups(std::string_view text, std::size_t at, bool plain, std::string& digits,
                        bool& grouped) {
  const std::size_t first_end = digits_end(text, at);
  digits = text.substr(at, first_end - at);
  if (digits.empty() || digits.size() > 3 || digits[0] == '0') { return first_end; }
  std::size_t end = first_end;
  std::string_view used;  // a number uses only one kind of separator
  for (;;) {
    const std::size_t length = separator_length(text, end, plain);
    const std::string_view mark = text.substr(end, length);
    if (length == 0 || digits_end(text, end + length) != end + length + 3 ||
        (!used.empty() && mark.front() != used.front())) {
      return end;
    }
    used = mark;
    digits += text.substr(end + length, 3);
    grouped = grouped || mark == "," || mark == " ";
    end += length + 3;
  }
}

// \overline{142857}, \bar{3} or \dot{3} after the decimals.
std::size_t read_repeat(std::string_view text, std::size_t at, Literal& literal) {
  for (const std::string_view mark : {"\\overline{", "\\bar{", "\\dot{", "\\overline "}) {
    if (text.substr(at).starts_with(mark)) {
      const std::size_t begin = at + mark.size(), end = digits_end(text, begin);
      const bool braces = mark.back() == '{';
      if (end > begin && end - begin < 100 && (!braces || (end < text.size() && text[end] == '}'))) {
        literal.digits += text.substr(begin, end - begin);
        literal.repeat = end - begin;
        literal.exponent -= literal.repeat;
        return end + (braces ? 1 : 0);
      }
    }
  }
  return at;
}

std::size_t read_exponent(std::string_view text, std::size_t at, Literal& literal) {
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) { return at; }
  std::size_t begin = at + 1;
  const bool negative = begin < text.size() && text[begin] == '-';
  if (begin < text.size() && (text[begin] == '-' || text[begin] == '+')) { ++begin; }
  const std::size_t end = digits_end(text, begin);
  if (end == begin || end - begin > 6) { return at; }
  const std::int64_t value = std::stoll(std::string(text.substr(begin, end - begin)));
  literal.exponent += negative ? -value : value;
  literal.approximate = true;
  return end;
}

}  // namespace

bool read_literal(std::string_view text, std::size_t at, bool plain_groups, Literal& literal) {
  literal = Literal{};
  if (!digit_at(text, at) && !(at < text.size() && text[at] == '.' && digit_at(text, at + 1))) {
    return false;
  }
  std::size_t end = read_groups(text, at, plain_groups, literal.digits, literal.grouped);
  const bool point =
      end < text.size() && text[end] == '.' && !(end + 1 < text.size() && text[end + 1] == '.');
  const bool repeats =
      point && (text.substr(end + 1).starts_with("\\overline{") ||
                text.substr(end + 1).starts_with("\\bar{") || text.substr(end + 1).starts_with("\\dot{"));
  if (point && (digit_at(text, end + 1) || repeats || (end + 1 < text.size() && text[end + 1] == '/'))) {
    const std::size_t decimals_end = digits_end(text, end + 1);
    literal.digits += text.substr(end + 1, decimals_end - end - 1);
    const std::int64_t decimals = decimals_end - end - 1;
    literal.exponent = -decimals;
    literal.approximate = true;
    end = read_repeat(text, decimals_end, literal);
    literal.approximate = literal.repeat == 0;
  }
  if (literal.repeat == 0) { end = read_exponent(text, end, literal); }
  const std::size_t nonzero = std::min(literal.digits.find_first_not_of('0'), literal.digits.size() - 1);
  if (literal.repeat == 0) { literal.digits.erase(0, nonzero); }
  literal.end = end;
  return true;
}

}  // namespace srl::grading
