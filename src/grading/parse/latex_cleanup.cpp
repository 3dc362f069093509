#include "grading/parse/latex_cleanup.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <utility>

#include "base/characters.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/bare.hpp"

namespace srl::grading {
namespace {

constexpr std::pair<std::string_view, std::string_view> unicode[] = {
    {"−", "-"},         {"–", "-"},         {"×", "\\times "},  {"÷", "\\div "},    {"·", "\\cdot "},
    {"⋅", "\\cdot "},   {"∗", "*"},         {"√", "\\sqrt "},   {"π", "\\pi "},     {"°", "^\\circ "},
    {"²", "^2"},        {"³", "^3"},        {"≤", "\\le "},     {"⩽", "\\le "},     {"≥", "\\ge "},
    {"⩾", "\\ge "},     {"≠", "\\ne "},     {"≈", "\\approx "}, {"∞", "\\infty "},  {"∪", "\\cup "},
    {"∩", "\\cap "},    {"∈", "\\in "},     {"±", "\\pm "},     {"∓", "\\mp "},     {"½", "\\frac12 "},
    {"⅓", "\\frac13 "}, {"⅔", "\\frac23 "}, {"¼", "\\frac14 "}, {"¾", "\\frac34 "}, {"θ", "\\theta "},
    {"α", "\\alpha "},  {"β", "\\beta "},   {"λ", "\\lambda "}, {"ω", "\\omega "},  {"∅", "\\emptyset "},
    {"“", ""},          {"”", ""},          {"’", "'"},         {"£", "\x03"},      {"€", "\x02"},
    {"¥", "\x04"},      {"\xc2\xa0", " "},  {"，", ","},        {"（", "("},        {"）", ")"}};

// Up to three bytes as one number, because comparing numbers is much faster than comparing strings.
constexpr std::uint32_t packed(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes) { number = (number << 8) | byte_of(c); }
  return number;
}
constexpr auto unicode_numbers = [] {
  std::array<std::uint32_t, std::size(unicode)> numbers{};
  std::transform(std::begin(unicode), std::end(unicode), numbers.begin(),
                 [](const auto& entry) { return packed(entry.first); });
  return numbers;
}();

constexpr std::string_view removed[] = {"\\left",
                                        "\\right",
                                        "\\bigl",
                                        "\\bigr",
                                        "\\Bigl",
                                        "\\Bigr",
                                        "\\biggl",
                                        "\\biggr",
                                        "\\big",
                                        "\\Big",
                                        "\\bigg",
                                        "\\Bigg",
                                        "\\displaystyle",
                                        "\\textstyle",
                                        "\\limits",
                                        "\\nolimits",
                                        "\\rm ",
                                        "\\(",
                                        "\\)",
                                        "\\[",
                                        "\\]"};

// Length of a command to remove at the start of `rest`; 0 if there is none.
std::size_t dropped(std::string_view rest) {
  for (const std::string_view word : removed) {
    const bool whole = !is_letter(word.back()) || rest.size() == word.size() ||
                       (rest.size() > word.size() && !is_letter(rest[word.size()]));
    if (rest.starts_with(word) && whole) {
      const bool invisible =
          (word == "\\left" || word == "\\right") && rest.substr(word.size()).starts_with('.');
      return word.size() + (invisible ? 1 : 0);
    }
  }
  return 0;
}

}  // namespace

std::string cleaned(std::string_view answer) {
  answer = bare(answer);
  const bool rows = answer.find("\\begin") != std::string_view::npos;
  std::string out;
  out.reserve(answer.size() + 16);
  for (std::size_t i = 0; i < answer.size();) {
    std::string_view rest = answer.substr(i);
    const unsigned char c = byte_of(rest[0]);
    if (c >= 0x80) {
      const std::uint32_t two = packed(rest.substr(0, 2)), three = packed(rest.substr(0, 3));
      const auto known = std::find_if(unicode_numbers.begin(), unicode_numbers.end(),
                                      [&](std::uint32_t n) { return n == two || n == three; });
      std::size_t length = 0;
      if (known != unicode_numbers.end()) {
        const auto& [from, to] = unicode[known - unicode_numbers.begin()];
        out += to;
        length = from.size();
      }
      if (length == 0) { out += rest[0]; }
      i += length == 0 ? 1 : length;
    } else if (c == '$') {
      out += ' ';
      ++i;
    } else if (rest.starts_with("\\$")) {
      out += '\x01';
      i += 2;
    } else if (c == '\\') {
      if (!rows && rest.size() > 2 && rest[1] == '\\' &&
          (is_letter(rest[2]) || rest[2] == '{' || rest[2] == '[')) {
        ++i;
        rest = answer.substr(i);
      }
      if (const std::size_t length = dropped(rest); length > 0) {
        out += rest.starts_with("\\left") || rest.starts_with("\\right") ? "" : " ";
        i += length;
      } else {
        const std::size_t length_kept =
            rest.size() > 1 ? 2 : 1;  // keep an escaped character with its backslash
        out += rest.substr(0, rest.size() > 1 && byte_of(rest[1]) < 0x80 ? length_kept : 1);
        i += rest.size() > 1 && byte_of(rest[1]) < 0x80 ? length_kept : 1;
      }
    } else {
      out += rest[0];
      ++i;
    }
  }
  return out;
}

namespace {

// Removes spaces, braces, quotes, currency signs and text commands.
std::string without_marks(std::string_view answer) {
  const std::string text = cleaned(answer);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = std::string_view(text).substr(i);
    std::size_t skip = 0;
    for (const std::string_view word :
         {"\\text", "\\mathrm", "\\textbf", "\\mbox", "\\mathbf", "\\operatorname", "\\textit", "\\textrm",
          "\\boldsymbol", "\\quad", "\\,", "\\;", "\\!", "\\ "}) {
      if (rest.starts_with(word) &&
          (!is_letter(word.back()) || rest.size() == word.size() || !is_letter(rest[word.size()]))) {
        skip = word.size();
        break;
      }
    }
    if (skip == 0 &&
        (rest[0] == '{' || rest[0] == '}' || rest[0] == ' ' || rest[0] == '~' || rest[0] == '"' ||
         (rest[0] > 0 && rest[0] <= 4) || (rest[0] >= '\t' && rest[0] <= '\r'))) {
      skip = 1;
    }
    if (skip == 0) {
      out += rest[0];
      skip = 1;
    }
    i += skip;
  }
  return out;
}

}  // namespace

std::optional<Choice> choice_of(std::string_view answer) {
  const std::string text = without_marks(answer.substr(0, 100));
  const bool bracket = text.starts_with('(');
  const std::size_t at = bracket ? 1 : 0;
  if (text.size() <= at || text[at] < 'A' || text[at] > 'E') { return std::nullopt; }
  std::size_t end = at + 1;
  const bool marked =
      end < text.size() && (text[end] == ')' || (!bracket && (text[end] == '.' || text[end] == ':')));
  end += marked;
  if ((bracket && !marked) || (!marked && end < text.size())) { return std::nullopt; }
  return Choice{text[at], end == text.size()};
}

std::string typeset(std::string_view answer) {
  const std::string text = cleaned(answer);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string out;
  bool spaced = false;  // matters only between digits
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (rest[0] == ' ' || rest[0] == '~' || (rest[0] >= '\t' && rest[0] <= '\r')) {
      spaced = true;
      continue;
    }
    if (spaced && !out.empty() && is_digit(out.back()) && is_digit(rest[0])) { out += ' '; }
    spaced = false;
    if (rest.size() >= 2 && rest[0] == '\\' &&
        std::string_view(",;:! ").find(rest[1]) != std::string_view::npos) {
      ++i;
      spaced = true;
    } else if (rest.size() >= 3 && rest[0] == '{' && rest[2] == '}' && std::isalnum(byte_of(rest[1])) &&
               !out.ends_with('\\')) {
      out += rest[1];
      i += 2;
    } else {
      out += rest[0];
    }
  }
  return out;
}

std::string plain_words(std::string_view answer) {
  std::string text = without_marks(answer);
  for (char& c : text) { c = ascii_lower(c); }
  return text;
}

}  // namespace srl::grading
