#pragma once
// Solution text → steps (docs/method.md, "Steps of a mathematical solution"). A new splitter is one function
// and one line in split_steps' table (splitters.cpp).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trajectory/solution.hpp"

namespace srl::data_prep {

struct SplitResult {
  std::vector<trajectory::Step> steps;  ///< empty when dropped
  std::string
      dropped;  ///< reason: "no_steps", "numbering_restarts", "numbering_skips", "single_step"; empty = used
  std::optional<std::string> answer;  ///< GSM8K's text after "####"
};

/// Numbered steps `N. **Title** body` from 1 on, each at the start of a line, outside code and display
/// mathematics; indented (nested) lists and later lists with numbers of their own inside a step are not
/// steps. A step without bold is taken where it fills a gap, a solution without any bold as a plain numbered
/// list; headings `Step N:` and `### Step N` are numbered steps too. Text before the first step belongs to
/// it. A last line "#### x" is the answer, and calculator marks are removed, as in split_lines.
SplitResult split_numbered(std::string_view text);

/// One step a line (GSM8K): calculator marks <<…>> are removed, a last line "#### x" is the answer (an
/// earlier one is text).
SplitResult split_lines(std::string_view text);

/// name: "numbered", "lines", "paragraphs", "sentences" (prose_splitters.hpp), "whole" (one step, the only
/// splitter that keeps a solution of one), or "lines_if_answer" (lines, where the last line begins with
/// "####", else "no_steps"). `used` is the name that reports show.
SplitResult split_steps(const std::string& name, std::string_view text, std::string& used);

/// Fewer than two steps are dropped: "no_steps" or "single_step".
SplitResult at_least_two(SplitResult result);

/// What a preset may list: the names above, and "array" and "agent", which do not read a text.
std::vector<std::string> splitter_names();

}  // namespace srl::data_prep
