// Calls in XML: `<function=NAME>` with parameters (SWE-smith, OpenHands, Qwen3-Coder), `<invoke name="NAME">`
// (Anthropic), `<execute_bash>` (OpenHands' CodeAct).
#include <algorithm>
#include <array>

#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/agent/commands.hpp"

namespace srl::data_prep {
namespace {

constexpr auto npos = std::string_view::npos;

/// How calls are written: `<function=` NAME `>` … `</function>`.
struct Syntax {
  std::string_view open, name_end, close, parameter_open, parameter_close;
};
constexpr Syntax functions{"<function=", ">", "</function>", "<parameter=", "</parameter>"};
constexpr Syntax invocations{"<invoke name=\"", "\">", "</invoke>", "<parameter name=\"", "</parameter>"};

/// A value without the line ends that only set it apart.
std::string value_of(std::string_view text) {
  if (text.starts_with("\n")) { text.remove_prefix(1); }
  if (text.ends_with("\n")) { text.remove_suffix(1); }
  return std::string(text);
}

Call call_in(std::string_view text, const Syntax& syntax) {
  Call call;
  const std::size_t end = text.find(syntax.name_end, syntax.open.size());
  if (end == npos) {
    call.malformed = true;
    return call;
  }
  call.name = std::string(python_strip(text.substr(syntax.open.size(), end - syntax.open.size())));
  for (std::size_t at = text.find(syntax.parameter_open, end); at != npos;
       at = text.find(syntax.parameter_open, at)) {
    const std::size_t name = at + syntax.parameter_open.size();
    const std::size_t name_end = text.find(syntax.name_end, name);
    if (name_end == npos) { break; }
    const std::size_t begin = name_end + syntax.name_end.size();
    const std::size_t close = text.find(syntax.parameter_close, begin);
    if (close == npos) { break; }
    call.arguments[text.substr(name, name_end - name)] = value_of(text.substr(begin, close - begin));
    at = close;
  }
  return call;
}

/// Takes the calls of one syntax out of the text; the rest is the thought.
bool take(std::string_view text, const Syntax& syntax, Commands& result) {
  if (text.find(syntax.open) == npos && text.find(syntax.close) == npos) { return false; }
  std::string words;  // of tools for thinking; they follow the text around them
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find(syntax.open, at), stray = text.find(syntax.close, at);
    result.malformed |= stray < begin;
    if (begin == npos) { break; }
    const std::size_t end = text.find(syntax.close, begin), next = text.find(syntax.open, begin + 1);
    if (end == npos || next < end) {
      result.malformed = true;
      break;
    }
    result.thought += text.substr(at, begin - at);
    at = end + syntax.close.size();
    const std::string_view written = text.substr(begin, at - begin);
    Commands one;
    add_call(call_in(written, syntax), one, written);
    append(words, one.thought, "\n\n");
    result.commands.insert(result.commands.end(), one.commands.begin(), one.commands.end());
    result.malformed |= one.malformed;
    result.thinks |= one.thinks;
  }
  result.thought += text.substr(std::min(at, text.size()));
  result.thought = std::string(python_strip(std::string_view(result.thought)));
  append(result.thought, words, "\n\n");
  return true;
}

void erase_all(std::string& text, std::string_view mark) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.erase(at, mark.size());
  }
}

}  // namespace

bool take_functions(std::string_view text, Commands& result) {
  return take(text, functions, result);
}

bool take_invocations(std::string_view text, Commands& result) {
  if (!take(text, invocations, result)) { return false; }
  erase_all(result.thought, "<function_calls>");
  erase_all(result.thought, "</function_calls>");
  return true;
}

bool take_execute_tags(std::string_view text, Commands& result) {
  static constexpr std::array<std::array<std::string_view, 2>, 2> tags{
      {{"<execute_bash>", "</execute_bash>"}, {"<execute_ipython>", "</execute_ipython>"}}};
  bool any = false;
  std::size_t at = 0;
  for (;;) {
    std::size_t begin = npos, tag = 0;
    for (std::size_t i = 0; i < tags.size(); ++i) {
      const std::size_t found = text.find(tags[i][0], at);
      if (found < begin) { begin = found, tag = i; }
    }
    if (begin == npos) { break; }
    any = true;
    const std::size_t from = begin + tags[tag][0].size(), end = text.find(tags[tag][1], from);
    result.thought += text.substr(at, begin - at);
    result.malformed |= end == npos;
    if (end == npos) { return true; }
    result.commands.emplace_back(python_strip(text.substr(from, end - from)));
    at = end + tags[tag][1].size();
  }
  if (any) { result.thought += text.substr(std::min(at, text.size())); }
  return any;
}

}  // namespace srl::data_prep
