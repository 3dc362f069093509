#include "grading/extract/extract.hpp"

#include "grading/extract/formulas.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/bare.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

// The text from `at` to the end of the line or to a full stop before white space, at most phrase_bytes.
std::string_view sentence(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] != '\n' && end - at < limits::phrase_bytes) {
    if (text[end] == '.' && (end + 1 == text.size() || is_space(text[end + 1]))) { break; }
    ++end;
  }
  return trimmed(text.substr(at, end - at));
}

}  // namespace

std::optional<std::string> after_phrase(std::string_view text) {
  std::size_t found = std::string_view::npos;
  for (std::size_t i = text.size(); i-- > 0 && found == std::string_view::npos;) {
    if (text[i] == '#' && text.substr(i).starts_with("####")) {
      found = i + 4;
    } else if ((text[i] == 'a' || text[i] == 'A') && starts_with_ignoring_case(text.substr(i), "answer")) {
      const std::string_view rest = text.substr(i + 6);
      for (const std::string_view word : {" is", ":", "**:", " =", ":**"}) {
        if (starts_with_ignoring_case(rest, word)) {
          found = i + 6 + word.size();
          break;
        }
      }
    }
  }
  if (found == std::string_view::npos) { return std::nullopt; }
  while (found < text.size() &&
         (is_space(text[found]) || std::string_view(":*\"=").find(text[found]) != std::string_view::npos)) {
    ++found;
  }
  for (const std::string_view word :
       {"therefore ", "thus ", "then ", "simply ", "exactly ", "approximately "}) {
    if (starts_with_ignoring_case(text.substr(found), word)) { found += word.size(); }
  }
  if (std::optional<std::string> formulas = formulas_from(text, found)) { return formulas; }
  const std::string_view plain = bare(sentence(text, found));
  return plain.empty() ? std::nullopt : std::optional<std::string>(plain);
}

}  // namespace srl::grading
