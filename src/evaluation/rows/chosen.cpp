#include "evaluation/rows/chosen.hpp"

#include <string_view>

#include "base/characters.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "grading/grading.hpp"

namespace srl::evaluation {
namespace {

/// Without white space and marks around it: dollars, stars, parentheses, brackets, \text{}, a final stop.
std::string bare(std::string_view text) {
  constexpr std::string_view commands[]{"\\textbf{", "\\text{", "\\mathrm{", "\\mathbf{", "\\boxed{"};
  for (bool changed = true; changed;) {
    changed = false;
    text = python_strip(text);
    const auto drop = [&](std::size_t front, std::size_t back) {
      text.remove_prefix(front);
      text.remove_suffix(back);
      changed = true;
    };
    for (const std::string_view command : commands) {
      if (text.starts_with(command) && text.ends_with('}')) { drop(command.size(), 1); }
    }
    for (const std::string_view pair : {"$$", "**", "()", "[]", "\"\""}) {
      if (text.size() > 2 && text.front() == pair[0] && text.back() == pair[1]) { drop(1, 1); }
    }
    if (text.size() > 1 && (text.back() == '.' || text.back() == ',')) { drop(0, 1); }
  }
  return std::string(text);
}

/// The letter of "B", "b", "B. Paris" or "(B) Paris"; empty for another text.
std::string leading_letter(std::string_view text, std::size_t count) {
  if (text.size() > 2 && text[0] == '(' && text[2] == ')') {
    text.remove_prefix(1);
  } else if (text.size() == 1) {
    const char c = static_cast<char>(ascii_lower(text[0]) - 'a' + 'A');
    return c >= 'A' && c < static_cast<char>('A' + count) ? std::string(1, c) : "";
  }
  const bool marked = text.size() > 1 && (text[1] == '.' || text[1] == ')' || text[1] == ':');
  return marked && text[0] >= 'A' && text[0] < static_cast<char>('A' + count) ? std::string(1, text[0]) : "";
}

std::string letter_in(const std::string& candidate, const std::vector<std::string>& choices) {
  const std::string text = bare(candidate);
  if (std::string letter = leading_letter(text, choices.size()); !letter.empty()) { return letter; }
  std::string found;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (ascii_lower(bare(choices[i])) != ascii_lower(text) || text.empty()) { continue; }
    if (!found.empty()) { return ""; }  // two choices with this text
    found = static_cast<char>('A' + i);
  }
  return found;
}

}  // namespace

std::string chosen_letter(const std::string& text, const std::vector<std::string>& choices) {
  const grading::Extracted found = grading::extract_answer(text);
  if (found.found && (found.how == "boxed" || found.how == "answer_is")) {
    return letter_in(found.answer, choices);
  }
  const std::string stripped(python_strip(std::string_view(text)));
  if (std::string letter = letter_in(stripped, choices); !letter.empty()) { return letter; }
  return letter_in(split(stripped, '\n').back(), choices);
}

}  // namespace srl::evaluation
