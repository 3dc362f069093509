#pragma once
// Answer format (docs/method.md, "Answer format"): <think> thought </think> action, in one linear pass.
#include <string>
#include <string_view>

#include "base/words.hpp"
#include "reward/options.hpp"

namespace srl::reward {

/// parse_completion never returns truncated. It means a completion that was cut at max_new_tokens, if that
/// counts as wrong format.
enum class FormatError {
  none,
  missing_open,
  missing_close,
  repeated_tag,
  wrong_order,
  text_before,
  empty_thought,
  empty_action,
  missing_solution_tag,
  truncated
};
SRL_WORDS(FormatError, "none", "missing_open", "missing_close", "repeated_tag", "wrong_order", "text_before",
          "empty_thought", "empty_action", "missing_solution_tag", "truncated");

struct ParsedCompletion {
  FormatError error = FormatError::none;
  std::string thought;  ///< without outer white space (as Python's str.strip()); empty on error
  std::string action;   ///< likewise, unless it is left alone; empty on error
};

/// `text` is prefill + sampled text, valid UTF-8 (text::Tokenizer::sampled_text). With `solution_tags`, the
/// action must be inside <solution> … </solution>. With `strip` none the action is all text behind the
/// thought (or inside these tags). An action of white space only counts as empty in any case.
ParsedCompletion parse_completion(std::string_view text, bool solution_tags = false,
                                  Strip strip = Strip::outer);

}  // namespace srl::reward
