// Boxes: \boxed{…} and \fbox{…}.
#include <vector>

#include "grading/extract/extract.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

// Position after the brace that closes the one at `open`; npos if there is none. \{ and \} are not braces.
std::size_t closing_brace(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

struct Box {
  std::size_t begin = 0, end = 0;  // from the backslash to after the brace
  std::string_view content;
};

// All closed boxes, in order. A box inside a box is part of it.
std::vector<Box> boxes_of(std::string_view text) {
  std::vector<Box> boxes;
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 1)) {
    const std::string_view rest = text.substr(at);
    const std::size_t word = rest.starts_with("\\boxed") ? 6 : rest.starts_with("\\fbox") ? 5 : 0;
    if (word == 0) { continue; }
    std::size_t open = at + word;
    while (open < text.size() && is_space(text[open])) { ++open; }
    if (open >= text.size() || text[open] != '{') { continue; }
    const std::size_t end = closing_brace(text, open);
    if (end == std::string_view::npos) {
      break;  // the brace is not closed in the rest of the text
    }
    boxes.push_back({at, end, text.substr(open + 1, end - open - 2)});
    at = end - 1;
  }
  return boxes;
}

// Whether two boxes with this text between them are one answer.
bool only_joins(std::string_view between) {
  while (!between.empty()) {
    const char c = between.front();
    if (is_space(c) || std::string_view(",;.:$&*~").find(c) != std::string_view::npos) {
      between.remove_prefix(1);
      continue;
    }
    bool known = false;
    for (const std::string_view word : {"and", "or", "\\text{and}", "\\text{or}", "\\text{ and }",
                                        "\\text{ or }", "\\text{ and}", "\\text{ or}", "\\quad", "\\qquad",
                                        "\\(", "\\)", "\\[", "\\]", "\\\\", "\\,", "\\;", "\\ ", "\\cup"}) {
      if (between.starts_with(word)) {
        between.remove_prefix(word.size());
        known = true;
        break;
      }
    }
    if (known) { continue; }
    // The name of the next box's value: "y_2 =".
    std::size_t i = 0;
    while (i < between.size() && i < 12 &&
           (is_letter(between[i]) || is_digit(between[i]) ||
            std::string_view("_{}()' ").find(between[i]) != std::string_view::npos)) {
      ++i;
    }
    if (i == 0 || i >= between.size() || between[i] != '=' ||
        between.substr(0, i).find(' ') < trimmed(between.substr(0, i)).size()) {
      return false;
    }
    between.remove_prefix(i + 1);
  }
  return true;
}

}  // namespace

std::optional<std::string> last_boxed(std::string_view text) {
  const std::vector<Box> boxes = boxes_of(text);
  if (boxes.empty()) { return std::nullopt; }
  std::size_t first = boxes.size() - 1;
  while (first > 0 && boxes.size() - first < limits::boxes &&
         boxes[first].begin - boxes[first - 1].end < 100 &&
         only_joins(text.substr(boxes[first - 1].end, boxes[first].begin - boxes[first - 1].end))) {
    --first;
  }
  std::string answer(trimmed(boxes[first].content));
  for (std::size_t i = first + 1; i < boxes.size(); ++i) {
    answer += ", ";
    answer += trimmed(boxes[i].content);
  }
  return answer;
}

}  // namespace srl::grading
