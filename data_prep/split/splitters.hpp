#pragma once
// Splits the text of a solution into steps (docs/method.md, "Steps of a mathematical solution"). To add a
// splitter, add one function and one line in the table of splitters.cpp.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trajectory/solution.hpp"

namespace srl::data_prep {

struct SplitResult {
  std::vector<trajectory::Step> steps;  ///< empty when dropped
  /// Reason: "no_steps", "numbering_restarts", "numbering_skips", "single_step"; empty = the steps are used.
  std::string dropped;
  std::optional<std::string> answer;  ///< GSM8K's text after "####"
};

/// Numbered steps `N. **Title** body`, counted from 1. Each begins at the start of a line, outside code and
/// display mathematics. Indented (nested) lists are not steps, nor are lists inside a step that have their
/// own numbers. A step without bold counts where it fills a gap. A solution without any bold is a plain
/// numbered list. Headings `Step N:` and `### Step N` are numbered steps too, with the words of several
/// languages. Without any of these, `N)`, `N、`, `(N)` and circled numbers are, if they count 1, 2, …, N.
/// Text before the first step belongs to step 1. If the last line is "#### x", x is the answer, and
/// calculator marks are removed as in split_lines.
SplitResult split_numbered(std::string_view text);

/// The same with roman numerals: `I. **Title** body`, `(ii) body`, `Step III:`.
SplitResult split_roman(std::string_view text);

/// One step per line (GSM8K). Calculator marks <<…>> are removed. If the last line is "#### x", x is the
/// answer; an earlier such line is text.
SplitResult split_lines(std::string_view text);

/// name: "numbered", "roman", "lines", "paragraphs", "sentences" (prose_splitters.hpp), "whole" (one step;
/// the only splitter that accepts a solution of a single step), or "lines_if_answer" (as "lines" if the last
/// line begins with "####", otherwise "no_steps"). `used` is the name that reports show.
SplitResult split_steps(const std::string& name, std::string_view text, std::string& used);

/// Drops a result with fewer than two steps: "no_steps" or "single_step".
SplitResult at_least_two(SplitResult result);

/// The names that a preset may list: those above, and "array" and "agent", which do not split a text.
std::vector<std::string> splitter_names();

}  // namespace srl::data_prep
