#pragma once
// Lines that may begin a numbered step.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace srl::data_prep {

struct Head {
  std::size_t begin = 0;  ///< byte of the line's start in the text
  std::int64_t number = 0;
  std::string title;  ///< without asterisks and closing colon; empty when there is none
  enum class Style {
    titled,
    plain,
    heading
  } style = Style::plain;  ///< `1. **T**`, `1. text`, `Step 1` / `### Step 1: T`
};

/// All heads at the start of a line (a line with leading white space is nested), outside ``` fences and
/// display mathematics (\[ \], $$, environments).
std::vector<Head> numbered_heads(std::string_view text);

}  // namespace srl::data_prep
