#pragma once
// Bounds of counted work: a verdict never depends on a clock. What passes a bound is
// compared as text only, and is reported as not decided when the texts differ.
#include <cstddef>
#include <cstdint>

namespace srl::grading::limits {

inline constexpr std::size_t answer_bytes = 1 << 14;  ///< longer answers are compared as text only
inline constexpr std::size_t extraction_tail =
    1 << 16;  ///< only so much of a text's end is searched for a final answer
inline constexpr std::size_t phrase_bytes = 400;  ///< what may follow "the answer is"
inline constexpr std::size_t word_bytes = 200;    ///< of a text answer
inline constexpr int phrase_words = 12;           ///< of it that are tried as a formula
inline constexpr std::size_t boxes = 64;          ///< joined into one list
inline constexpr int nesting = 100;               ///< brackets, exponents, functions inside each other
inline constexpr std::size_t nodes = 2000;        ///< of a parsed answer
inline constexpr std::size_t digits = 4000;       ///< of one number
inline constexpr std::size_t items = 64;          ///< of a list, set or tuple
inline constexpr std::int64_t evaluations =
    40000;  ///< nodes evaluated for one verdict; a function or a power counts as several
inline constexpr std::int64_t function_evaluations = 8;
inline constexpr std::int64_t exponent = 1'000'000'000;  ///< of an exact power
inline constexpr std::int64_t factorial = 2000;          ///< of an exact factorial
inline constexpr int points = 6;                         ///< random points a comparison uses

}  // namespace srl::grading::limits
