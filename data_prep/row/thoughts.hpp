#pragma once
// Separates the thought in a solution from the solution. A thought is never a step, a target or a later
// prompt (docs/data-preparation.md, "Thoughts").
#include <optional>
#include <string>
#include <string_view>

namespace srl::data_prep {

struct Thought {
  std::string thought;  ///< stripped; several are joined by a blank line
  std::string rest;     ///< what is outside the thoughts, without the marks around it, stripped
  bool marked = false;  ///< the text has marks of a thought or of a solution; otherwise `rest` is the text
  bool open = false;    ///< the last thought does not end, so nothing follows it
};

/// Marks are `<think>`, `<thinking>`, `<thought>`, `<reasoning>`, `<|begin_of_thought|>` and similar ones,
/// with the marks that close them. With a closing mark alone, everything before it is the thought. The marks
/// `<|begin_of_solution|>`, `<answer>` and similar ones are only removed. A mark in backticks is text.
Thought take_thought(std::string_view text);
/// The same for a text with marks; nothing for a text without.
std::optional<Thought> marked_thought(std::string_view text);

}  // namespace srl::data_prep
