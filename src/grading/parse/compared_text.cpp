// Forms of an answer that are compared as text.
#include <cctype>

#include "base/characters.hpp"
#include "grading/parse/latex_cleanup.hpp"
#include "grading/text/ascii.hpp"

namespace srl::grading {
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
  return ascii_lower(without_marks(answer));
}

}  // namespace srl::grading
