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

}  // namespace

std::string_view after_thought(std::string_view text) {
  constexpr std::array<Tag, 6> closing = {"</think>",     "<|end_of_thought|>", "</thought>",
                                          "</reasoning>", "</thinking>",        "</thoughts>"};
  for (std::size_t at = text.rfind('<'); at != Tag::npos;
       at = at == 0 ? Tag::npos : text.rfind('<', at - 1)) {
    for (const Tag tag : closing) {
      if (!text.substr(at).starts_with(tag)) { continue; }
      const Tag after = text.substr(at + tag.size());
      return without_tokens(after).empty() ? text : after;
    }
  }
  return text;
}

std::string_view inside_answer_tags(std::string_view text) {
  struct Pair {
    Tag open, close;
  };
  constexpr std::array<Pair, 3> pairs = {{{"<answer>", "</answer>"},
                                          {"<solution>", "</solution>"},
                                          {"<|begin_of_solution|>", "<|end_of_solution|>"}}};
  for (const auto& [open, close] : pairs) {
    const std::size_t at = text.rfind(open);
    if (at == Tag::npos) { continue; }
    const std::string_view inside = text.substr(at + open.size());
    const std::string_view content = inside.substr(0, inside.find(close));
    if (!without_tokens(content).empty()) { return content; }
  }
  return text;
}

}  // namespace srl::grading
