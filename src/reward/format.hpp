#pragma once
// Answer format (docs/method.md, "Answer format"): <think> thought </think> action, in one linear pass.
#include <string>
#include <string_view>

namespace srl::reward {

enum class FormatError {
  none,
  missing_open,
  missing_close,
  repeated_tag,
  wrong_order,
  text_before,
  empty_thought,
  empty_action,
  missing_solution_tag
};
std::string_view name_of(FormatError error);  ///< "missing_open"; "none"

struct ParsedCompletion {
  FormatError error = FormatError::none;
  std::string thought, action;  ///< outer white space stripped (Python's str.strip()); empty when error
};

/// `text` is prefill + sampled text, UTF-8 (invalid parts are replaced as in Python's errors="replace").
/// With `solution_tags`, the action must stand inside <solution> … </solution>.
ParsedCompletion parse_completion(std::string_view text, bool solution_tags = false);

}  // namespace srl::reward
