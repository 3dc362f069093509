#pragma once
// Limits of counted work, so that a verdict never depends on time. Answers beyond a limit are compared only
// as text, and are not_decided when the texts differ.
#include <cstddef>
#include <cstdint>

namespace srl::grading::limits {

inline constexpr std::size_t answer_bytes = 1 << 14;     ///< longer answers are compared only as text
inline constexpr std::size_t extraction_tail = 1 << 16;  ///< bytes at the end of a text that are searched
inline constexpr std::size_t phrase_bytes = 400;         ///< text after "the answer is"
inline constexpr std::size_t word_bytes = 200;           ///< length of a text answer
inline constexpr std::size_t letters = 8;                ///< of a word that may also be a product of letters
inline constexpr int phrase_words = 12;                  ///< words after "the answer is" tried as a formula
inline constexpr std::size_t boxes = 64;                 ///< boxes joined into one list
inline constexpr int nesting = 100;                      ///< depth of brackets, exponents and functions
inline constexpr std::size_t nodes = 2000;               ///< of a parsed answer
inline constexpr std::size_t digits = 4000;              ///< of one number
inline constexpr std::size_t items = 64;                 ///< of a list, set or tuple
inline constexpr std::int64_t evaluations = 40000;  ///< nodes per verdict; functions and powers count more
inline constexpr std::int64_t function_evaluations = 8;
inline constexpr std::int64_t exponent = 1'000'000'000;  ///< of an exact power
inline constexpr std::int64_t factorial = 20000;         ///< of an exact factorial
inline constexpr int points = 6;                         ///< random points per comparison

}  // namespace srl::grading::limits
