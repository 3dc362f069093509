#include "grading/text/bare.hpp"

#include <array>

#include "grading/text/ascii.hpp"

namespace srl::grading {
namespace {

struct Fence {
  std::string_view open, close;
};

constexpr std::array<Fence, 15> around = {{{"$$", "$$"},
                                           {"$", "$"},
                                           {"***", "***"},
                                           {"**", "**"},
                                           {"__", "__"},
                                           {"*", "*"},
                                           {"`", "`"},
                                           {"\"", "\""},
                                           {"'", "'"},
                                           {"``", "''"},
                                           {"\u201c", "\u201d"},
                                           {"\u2018", "\u2019"},
                                           {"\u300c", "\u300d"},
                                           {"\\(", "\\)"},
                                           {"\\[", "\\]"}}};

}  // namespace

std::string_view bare(std::string_view text) {
  for (;;) {
    const std::string_view before = text;
    text = trimmed(text);
    if (const std::size_t token = text.rfind("<|"); token != std::string_view::npos && text.ends_with("|>")) {
      text = text.substr(0, token);
    }
    for (const auto& [open, close] : around) {
      if (text.size() > open.size() + close.size() && text.starts_with(open) && text.ends_with(close) &&
          text.substr(open.size(), text.size() - open.size() - close.size()).find(open) ==
              std::string_view::npos &&
          !(close == "$" && text[text.size() - 2] == '\\')) {
        text = text.substr(open.size(), text.size() - open.size() - close.size());
        break;
      }
    }
    if (text.ends_with('.') && !text.ends_with("..")) { text.remove_suffix(1); }
    if (text.ends_with("\\\\")) { text.remove_suffix(2); }  // a line break of LaTeX
    if (text == before) { return text; }
  }
}

}  // namespace srl::grading
