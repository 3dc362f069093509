#include "grading/text/unicode_symbols.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "base/characters.hpp"

namespace srl::grading {
namespace {

constexpr std::pair<std::string_view, std::string_view> unicode[] = {{"−", "-"},
                                                                     {"–", "-"},
                                                                     {"×", "\\times "},
                                                                     {"÷", "\\div "},
                                                                     {"·", "\\cdot "},
                                                                     {"⋅", "\\cdot "},
                                                                     {"∗", "*"},
                                                                     {"√", "\\sqrt "},
                                                                     {"π", "\\pi "},
                                                                     {"°", "^\\circ "},
                                                                     {"²", "^2"},
                                                                     {"³", "^3"},
                                                                     {"≤", "\\le "},
                                                                     {"⩽", "\\le "},
                                                                     {"≥", "\\ge "},
                                                                     {"⩾", "\\ge "},
                                                                     {"≠", "\\ne "},
                                                                     {"≈", "\\approx "},
                                                                     {"∞", "\\infty "},
                                                                     {"∪", "\\cup "},
                                                                     {"∩", "\\cap "},
                                                                     {"∈", "\\in "},
                                                                     {"±", "\\pm "},
                                                                     {"∓", "\\mp "},
                                                                     {"½", "\\frac12 "},
                                                                     {"⅓", "\\frac13 "},
                                                                     {"⅔", "\\frac23 "},
                                                                     {"¼", "\\frac14 "},
                                                                     {"¾", "\\frac34 "},
                                                                     {"θ", "\\theta "},
                                                                     {"α", "\\alpha "},
                                                                     {"β", "\\beta "},
                                                                     {"λ", "\\lambda "},
                                                                     {"ω", "\\omega "},
                                                                     {"∅", "\\emptyset "},
                                                                     {"“", ""},
                                                                     {"”", ""},
                                                                     {"’", "'"},
                                                                     {"£", "\x03"},
                                                                     {"€", "\x02"},
                                                                     {"¥", "\x04"},
                                                                     {"\xc2\xa0", " "},
                                                                     {"，", ","},
                                                                     {"（", "("},
                                                                     {"）", ")"},
                                                                     {"：", ":"},
                                                                     {"；", ";"},
                                                                     {"％", "%"},
                                                                     {"、", ","},
                                                                     {"和", " and "},
                                                                     {"与", " and "},
                                                                     {"或", " or "},
                                                                     {"と", " and "},
                                                                     {"≡", "\\equiv "},
                                                                     {"∖", "\\setminus "},
                                                                     {"⁄", "/"},
                                                                     {"Ω", "\\Omega "},
                                                                     {"\u2126", "\\Omega "},
                                                                     {"µ", "\\mu "},
                                                                     {"μ", "\\mu "},
                                                                     {"ℝ", "\\mathbb{R}"},
                                                                     {"ℤ", "\\mathbb{Z}"},
                                                                     {"γ", "\\gamma "},
                                                                     {"δ", "\\delta "},
                                                                     {"φ", "\\phi "},
                                                                     {"ρ", "\\rho "},
                                                                     {"σ", "\\sigma "},
                                                                     {"τ", "\\tau "},
                                                                     {"ε", "\\epsilon "},
                                                                     {"η", "\\eta "},
                                                                     {"⁴", "^4"},
                                                                     {"⁵", "^5"},
                                                                     {"⁶", "^6"},
                                                                     {"⁻", "^-"},
                                                                     {"¹", "^1"},
                                                                     {"₀", "_0"},
                                                                     {"₁", "_1"},
                                                                     {"₂", "_2"},
                                                                     {"₃", "_3"},
                                                                     {"→", "\\to "},
                                                                     {"\u2009", " "},
                                                                     {"\u202f", " "},
                                                                     {"〈", "\\langle "},
                                                                     {"〉", "\\rangle "}};

// Up to three bytes as one number, because comparing numbers is much faster than comparing strings.
constexpr std::uint32_t packed(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes) { number = (number << 8) | byte_of(c); }
  return number;
}
struct Numbered {
  std::uint32_t number = 0;
  std::uint8_t index = 0;
};
constexpr auto unicode_numbers = [] {
  std::array<Numbered, std::size(unicode)> numbers{};
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    numbers[k] = {packed(unicode[k].first), static_cast<std::uint8_t>(k)};
  }
  std::sort(numbers.begin(), numbers.end(),
            [](const Numbered& x, const Numbered& y) { return x.number < y.number; });
  return numbers;
}();

}  // namespace

const std::pair<std::string_view, std::string_view>* symbol_of(std::string_view bytes) {
  const std::uint32_t number = packed(bytes);
  const auto found =
      std::lower_bound(unicode_numbers.begin(), unicode_numbers.end(), number,
                       [](const Numbered& entry, std::uint32_t n) { return entry.number < n; });
  return found != unicode_numbers.end() && found->number == number ? &unicode[found->index] : nullptr;
}

}  // namespace srl::grading
