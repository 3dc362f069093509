// What follows the thought of a completion, and tags around an answer.
#include <array>

#include "grading/extract/extract.hpp"
#include "grading/text/ascii.hpp"

namespace srl::grading {
namespace {

using Tag = std::string_view;

// Removes special tokens and tags without content at both ends, and white space.
std::string_view without_tokens(std::string_view text) {
  constexpr std::array<Tag, 6> ignored = {
      "</s>", "<eos>", "</answer>", "</solution>", "<|end_of_solution|>", "<|im_end|>"};
  for (;;) {
    const std::size_t before = text.size();
    text = trimmed(text);
    for (const Tag tag : ignored) {
      if (text.ends_with(tag)) { text.remove_suffix(tag.size()); }
    }
    for (const Tag tag : {Tag("<answer>"), Tag("<solution>"), Tag("<|begin_of_solution|>")}) {
      if (text.starts_with(tag) && trimmed(text.substr(tag.size())).empty()) { text = {}; }
    }
    if (const std::size_t token = text.rfind("<|"); token != Tag::npos && text.ends_with("|>")) {
      text = text.substr(0, token);
    }
    if (text.size() == before) { return text; }
  }
}

// Position of the next `<` that may begin a tag: "x < 3" and "<<3*4=12>>" hold none. npos at the end.
std::size_t next_tag(Tag text, std::size_t from) {
  for (std::size_t at = text.find('<', from); at != Tag::npos; at = text.find('<', at + 1)) {
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (is_letter(next) || next == '/' || next == '|') { return at; }
  }
  return Tag::npos;
}

}  // namespace

std::string_view after_thought(std::string_view text) {
  constexpr std::array<Tag, 6> closing = {"</think>",     "<|end_of_thought|>", "</thought>",
                                          "</reasoning>", "</thinking>",        "</thoughts>"};
  std::size_t end = 0;  // after the last closing mark
  for (std::size_t at = next_tag(text, 0); at != Tag::npos; at = next_tag(text, at + 1)) {
    for (const Tag tag : closing) {
      if (text.substr(at).starts_with(tag)) { end = at + tag.size(); }
    }
  }
  return end == 0 || without_tokens(text.substr(end)).empty() ? text : text.substr(end);
}

std::string_view inside_answer_tags(std::string_view text) {
  struct Pair {
    Tag open, close;
  };
  constexpr std::array<Pair, 3> pairs = {{{"<answer>", "</answer>"},
                                          {"<solution>", "</solution>"},
                                          {"<|begin_of_solution|>", "<|end_of_solution|>"}}};
  std::array<std::size_t, pairs.size()> last;  // where each opening tag is last; one pass finds all
  last.fill(Tag::npos);
  for (std::size_t at = next_tag(text, 0); at != Tag::npos; at = next_tag(text, at + 1)) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (text.substr(at).starts_with(pairs[i].open)) { last[i] = at; }
    }
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (last[i] == Tag::npos) { continue; }
    const std::string_view inside = text.substr(last[i] + pairs[i].open.size());
    const std::string_view content = inside.substr(0, inside.find(pairs[i].close));
    if (!without_tokens(content).empty()) { return content; }
  }
  return text;
}

}  // namespace srl::grading
