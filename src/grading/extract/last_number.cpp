#include <algorithm>

#include "grading/extract/extract.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/literal.hpp"

namespace srl::grading {
namespace {

// Units that may directly follow a number, without a space.
bool is_known_suffix(std::string_view rest) {
  for (const std::string_view unit :
       {"cm", "mm", "km", "kg", "mg", "ml", "ft", "m", "g", "s", "h", "l", "L", "th", "st", "nd", "rd"}) {
    if (rest.starts_with(unit) && (rest.size() == unit.size() || !is_letter(rest[unit.size()]))) {
      return true;
    }
  }
  return false;
}

bool glued(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin > 0 && (is_letter(text[begin - 1]) || text[begin - 1] == '_')) {
    // Letters of a command are not a word: \frac12, \cdot5.
    std::size_t word = begin;
    while (word > 0 && is_letter(text[word - 1])) { --word; }
    if (word == 0 || text[word - 1] != '\\') { return true; }
  }
  return end < text.size() && (is_letter(text[end]) || text[end] == '_') &&
         !is_known_suffix(text.substr(end));
}

}  // namespace

std::optional<std::string> last_number(std::string_view text) {
  std::optional<std::string> last;
  std::size_t at = text.find_first_of("0123456789");
  while (at != std::string_view::npos) {
    std::size_t begin = at;
    if (begin > 0 && text[begin - 1] == '.' && (begin == 1 || !is_digit(text[begin - 2]))) { --begin; }
    Literal literal;
    read_literal(text, begin, true, literal);
    std::size_t end = literal.end;
    if (literal.grouped && text.substr(begin, end - begin).find(' ') != std::string_view::npos) {
      read_literal(text, begin, false, literal);  // in running text a space separates words
      end = literal.end;
    }
    if (!glued(text, begin, end)) {
      Literal below;
      if (end + 1 < text.size() && text[end] == '/' && read_literal(text, end + 1, false, below) &&
          !glued(text, end + 1, below.end)) {
        end = below.end;
      }
      const bool minus = begin > 0 && text[begin - 1] == '-' &&
                         (begin == 1 || !(is_letter(text[begin - 2]) || is_digit(text[begin - 2]) ||
                                          text[begin - 2] == ')'));
      last = (minus ? "-" : "") + std::string(text.substr(begin, end - begin));
      if (text.substr(end).starts_with("%") || text.substr(end).starts_with("\\%")) { *last += "%"; }
    }
    at = text.find_first_of("0123456789", std::max(end, at + 1));
  }
  return last;
}

}  // namespace srl::grading
