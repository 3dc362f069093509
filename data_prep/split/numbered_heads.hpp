#pragma once
// Lines that may begin a numbered step.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data_prep/split/numerals.hpp"

namespace srl::data_prep {

struct Head {
  std::size_t begin = 0;  ///< byte of the line's start in the text
  std::int64_t number = 0;
  std::string title;  ///< without asterisks and closing colon; empty when there is none
  enum class Style {
    titled,     ///< `1. **T**`
    plain,      ///< `1. text`
    heading,    ///< `Step 1`, `### Step 1: T`, `Étape 1`, `步骤1`, `第一步`
    bold,       ///< `**1. Title** text`, `**1)** text`
    bracketed,  ///< `1) text`, `1、text`
    enclosed,   ///< `(1) text`
    circled     ///< `① text`
  } style = Style::plain;
};

/// All heads at the start of a line (a line with leading white space is nested), outside ``` fences and
/// display mathematics (\[ \], $$, environments). With roman numerals only these are numbers.
std::vector<Head> numbered_heads(std::string_view text, Numerals numerals = Numerals::usual);

}  // namespace srl::data_prep
