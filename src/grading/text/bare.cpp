#include "grading/text/bare.hpp"

#include "grading/text/ascii.hpp"

namespace srl::grading {

std::string_view bare(std::string_view text) {
  for (;;) {
    const std::string_view before = text;
    text = trimmed(text);
    if (const std::size_t token = text.rfind("<|"); token != std::string_view::npos && text.ends_with("|>")) {
      text = text.substr(0, token);
    }
    for (const std::string_view mark : {"$$", "$", "**", "\\(", "\\["}) {
      const std::string_view close = mark == "\\(" ? "\\)" : mark == "\\[" ? "\\]" : mark;
      if (text.size() >= 2 * mark.size() && text.starts_with(mark) && text.ends_with(close) &&
          text.substr(mark.size(), text.size() - 2 * mark.size()).find(mark) == std::string_view::npos &&
          !(close == "$" && text[text.size() - 2] == '\\')) {
        text = text.substr(mark.size(), text.size() - 2 * mark.size());
        break;
      }
    }
    if (text.ends_with('.') && !text.ends_with("..")) { text.remove_suffix(1); }
    if (text == before) { return text; }
  }
}

}  // namespace srl::grading
