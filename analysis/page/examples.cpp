#include "analysis/page/examples.hpp"

#include "analysis/page/word_diff.hpp"
#include "analysis/plot/svg.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// Each word is a box of its own, so that a marked word that breaks over two lines covers no other.
std::string words_html(const std::vector<Word>& words, std::string_view mark) {
  std::string html;
  for (const Word& word : words) {
    const bool space = word.text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    const std::string text = escaped(word.text);
    if (space) {
      html += text;
    } else if (word.common) {
      html += cat("<i>", text, "</i>");
    } else {
      html += cat("<", mark, ">", text, "</", mark, ">");
    }
  }
  return html;
}

std::string side(std::string_view title, const std::string& words) {
  return cat("<div><p class=\"small\">", escaped(title), "</p><div class=\"words\">", words,
             "</div></div>\n");
}

}  // namespace

std::string step_pair(std::string_view expert, std::string_view model) {
  const WordDiff diff = word_diff(expert, model);
  return cat("<div class=\"pair\">", side("expert's step", words_html(diff.a, "del")),
             side("model's step", words_html(diff.b, "ins")), "</div>\n");
}

std::string example_box(std::string_view heading, const std::string& content) {
  return cat("<div class=\"example\"><h4>", escaped(heading), "</h4>\n", content, "</div>\n");
}

}  // namespace srl::analysis
