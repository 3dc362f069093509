#include "grading/extract/extract.hpp"

#include <array>

#include "grading/extract/formulas.hpp"
#include "grading/extract/phrases.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/bare.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

// Whether a full stop at `at` belongs to an abbreviation: p.m., i.e.
bool abbreviates(std::string_view text, std::size_t at) {
  return at >= 3 && is_letter(text[at - 1]) && text[at - 2] == '.' && is_letter(text[at - 3]);
}

// Length of a mark that ends a sentence at `at`; 0 if there is none.
std::size_t sentence_end(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 7> marks = {"。", "；", "！", "？", "<|", "</", "।"};
  for (const std::string_view mark : marks) {
    if (text.substr(at).starts_with(mark)) { return mark.size(); }
  }
  const bool stop = (text[at] == '.' || text[at] == '?') && (at + 1 == text.size() || is_space(text[at + 1]));
  return text[at] == '\n' || (stop && !abbreviates(text, at)) ? 1 : 0;
}

// The text from `at` to the end of the line or sentence, at most phrase_bytes.
std::string_view sentence(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && sentence_end(text, end) == 0 && end - at < limits::phrase_bytes) { ++end; }
  return trimmed(text.substr(at, end - at));
}

// Cuts the text at a Markdown mark that closes: "5** apples", "C*". A mark inside mathematics, as in 2**3 and
// x_1, stays.
std::string_view up_to_closing_mark(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    for (const std::string_view mark : {"**", "__", "`", "*"}) {
      if (!text.substr(at).starts_with(mark) || is_space(text[at - 1])) { continue; }
      const std::string_view after = text.substr(at + mark.size());
      const bool closes = after.empty() || is_space(after[0]) ||
                          std::string_view(".,;:!?)*`").find(after[0]) != std::string_view::npos;
      const bool star_product = mark == "*" && !after.empty();
      if (closes && !star_product) { return text.substr(0, at); }
    }
  }
  return text;
}

// Removes copulas at the end of a Japanese or Korean sentence.
std::string_view without_copula(std::string_view text) {
  for (const std::string_view word :
       {"です", "である", "となる", "になる", "となります", "になります", "だ", "입니다", "이다"}) {
    if (text.ends_with(word)) { return trimmed(text.substr(0, text.size() - word.size())); }
  }
  return text;
}

}  // namespace

std::optional<std::string> after_phrase(std::string_view text) {
  const std::size_t found = after_last_phrase(text);
  if (found == std::string_view::npos) { return std::nullopt; }
  const std::string_view rest = without_fillers(text.substr(found));
  if (std::optional<std::string> formulas = formulas_from(rest, 0)) { return formulas; }
  const std::string_view plain = bare(without_copula(bare(up_to_closing_mark(sentence(rest, 0)))));
  return plain.empty() ? std::nullopt : std::optional<std::string>(plain);
}

}  // namespace srl::grading
