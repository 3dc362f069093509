// Boxes: \boxed{…}, \fbox{…} and \framebox{…}.
#include <algorithm>
#include <array>

#include "base/characters.hpp"
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

// Length of the command that opens a box at the start of the text; 0 if there is none. "\b" may have become a
// backspace in a JSON string.
std::size_t command_length(std::string_view text) {
  constexpr std::array<std::string_view, 5> commands = {"\\boxed", "\\fbox", "\\framebox", "\\bbox",
                                                        "\x08oxed"};
  if (text.size() < 2 || (text[1] != 'b' && text[1] != 'f' && text[1] != 'o')) { return 0; }
  for (const std::string_view command : commands) {
    const bool whole = text.size() > command.size() && !is_letter(text[command.size()]);
    if (text.starts_with(command) && whole) { return command.size(); }
  }
  return 0;
}

// Position of the brace or token after a command: white space and [options] are passed over.
std::size_t after_options(std::string_view text, std::size_t at) {
  const auto pass_space = [&] {
    while (at < text.size() && is_space(text[at])) { ++at; }
  };
  pass_space();
  for (int options = 0; options < 2 && at < text.size() && text[at] == '['; ++options) {
    const std::size_t close = text.substr(0, std::min(text.size(), at + 40)).find(']', at);
    if (close == std::string_view::npos) { break; }
    at = close + 1;
    pass_space();
  }
  return at;
}

// An empty box, or one with only dots, holds no answer: "put your final answer within \boxed{}".
bool is_blank(std::string_view content) {
  for (const std::string_view dots :
       {"...", "\\ldots", "\\dots", "\\cdots", "\\text{}", "\\text{ }", "\u2026"}) {
    if (trimmed(content) == dots) { return true; }
  }
  return std::all_of(content.begin(), content.end(),
                     [](char c) { return is_space(c) || c == '{' || c == '}' || c == '$' || c == '~'; });
}

// All closed boxes that hold something, in order. A box inside a box is part of it.
std::vector<Box> boxes_of(std::string_view text) {
  std::vector<Box> boxes;
  NextOf<2> next(text, {'\\', '\x08'});
  for (std::size_t at = next.at_or_after(0); at < text.size(); at = next.at_or_after(at + 1)) {
    const std::size_t length = command_length(text.substr(at));
    if (length == 0) { continue; }
    const std::size_t open = after_options(text, at + length);
    if (open >= text.size()) { break; }
    if (is_digit(text[open])) {  // \boxed 5
      boxes.push_back({at, open + 1, text.substr(open, 1)});
      continue;
    }
    if (text[open] != '{') { continue; }
    const std::size_t end = closing_brace(text, open);
    if (end == std::string_view::npos) {
      break;  // the brace is not closed in the rest of the text
    }
    const std::string_view content = text.substr(open + 1, end - open - 2);
    if (!is_blank(content)) { boxes.push_back({at, end, content}); }
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

std::vector<std::string> last_boxes(std::string_view text) {
  const std::vector<Box> boxes = boxes_of(text);
  if (boxes.empty()) { return {}; }
  std::size_t first = boxes.size() - 1;
  while (first > 0 && boxes.size() - first < limits::boxes &&
         boxes[first].begin - boxes[first - 1].end < 100 &&
         only_joins(text.substr(boxes[first - 1].end, boxes[first].begin - boxes[first - 1].end))) {
    --first;
  }
  std::vector<std::string> answers;
  for (std::size_t i = first; i < boxes.size(); ++i) {
    std::string answer(trimmed(boxes[i].content));
    if (std::find(answers.begin(), answers.end(), answer) == answers.end()) {
      answers.push_back(std::move(answer));
    }
  }
  return answers;
}

}  // namespace srl::grading
