#include "grading/parse/latex_cleanup.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <utility>

#include "base/characters.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"
#include "grading/text/bare.hpp"

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

// The entry with these bytes, or nothing.
const std::pair<std::string_view, std::string_view>* symbol_of(std::string_view bytes) {
  const std::uint32_t number = packed(bytes);
  const auto found =
      std::lower_bound(unicode_numbers.begin(), unicode_numbers.end(), number,
                       [](const Numbered& entry, std::uint32_t n) { return entry.number < n; });
  return found != unicode_numbers.end() && found->number == number ? &unicode[found->index] : nullptr;
}

constexpr std::string_view removed[] = {
    "\\left", "\\right", "\\bigl", "\\bigr", "\\Bigl",         "\\Bigr",      "\\biggl",  "\\biggr",
    "\\big",  "\\Big",   "\\bigg", "\\Bigg", "\\displaystyle", "\\textstyle", "\\limits", "\\nolimits",
    "\\(",    "\\)",     "\\[",    "\\]"};

// Length of a command to remove at the start of `rest`; 0 if there is none.
std::size_t dropped(std::string_view rest) {
  for (const std::string_view word : removed) {
    const bool whole = !is_letter(word.back()) || rest.size() == word.size() ||
                       (rest.size() > word.size() && !is_letter(rest[word.size()]));
    if (rest.starts_with(word) && whole) {
      const bool invisible =
          (word == "\\left" || word == "\\right") && rest.substr(word.size()).starts_with('.');
      return word.size() + (invisible ? 1 : 0);
    }
  }
  return 0;
}

// {\rm cm} and \rm{cm} as \mathrm{cm}; \rm alone is dropped. Length of what `rest` begins with; 0 if it is
// none of these.
std::size_t font_switch(std::string_view rest, std::string& out) {
  struct Font {
    std::string_view old_name, name;
  };
  constexpr Font fonts[] = {
      {"\\rm", "\\mathrm{"}, {"\\bf", "\\mathbf{"}, {"\\it", "\\mathit{"}, {"\\cal", "\\mathcal{"}};
  const std::size_t brace = rest.starts_with("{\\") ? 1 : 0;
  for (const auto& [old_name, name] : fonts) {
    const std::string_view after = rest.substr(std::min(rest.size(), brace + old_name.size()));
    if (!rest.substr(brace).starts_with(old_name) || after.empty() || is_letter(after[0])) { continue; }
    const bool braced = after[0] == '{';
    if (brace == 1 || braced) { out += name; }
    return brace + old_name.size() + (braced && brace == 0 ? 1 : 0);
  }
  return 0;
}

// Length of the braces around one letter or command before an index, {a}_{1}; they have no meaning.
std::size_t braced_base(std::string_view rest, std::string_view before, std::string& out) {
  if (!before.empty() && std::string_view("^_\\").find(before.back()) != std::string_view::npos) { return 0; }
  std::size_t word = before.size();
  while (word > 0 && is_letter(before[word - 1])) { --word; }
  if (word > 0 && word < before.size() && before[word - 1] == '\\') {
    return 0;
  }  // the argument of a command
  const std::size_t close = rest.substr(0, 20).find('}');
  if (close == std::string_view::npos) { return 0; }
  const std::string_view base = trimmed(rest.substr(1, close - 1));
  const bool letter = base.size() == 1 && is_letter(base[0]);
  const bool command =
      base.size() > 2 && base[0] == '\\' && std::all_of(base.begin() + 1, base.end(), is_letter);
  const std::size_t index = rest.find_first_not_of(' ', close + 1);
  const bool function = command && !function_of(base.substr(1)).empty();
  if (function) {
    out += base;
    out += ' ';
    return close + 1;
  }
  if (!(letter || command) || index == std::string_view::npos || rest[index] != '_') { return 0; }
  out += base;
  return index;
}

// Reads the answer from left to right.
class Cleanup {
 public:
  explicit Cleanup(std::string_view answer)
      : answer_(answer), rows_(answer.find("\\begin") != std::string_view::npos) {}

  std::string result() {
    out_.reserve(answer_.size() + 16);
    while (at_ < answer_.size()) { one(); }
    return std::move(out_);
  }

 private:
  std::string_view rest() const { return answer_.substr(at_); }

  void one() {
    const unsigned char c = byte_of(answer_[at_]);
    if (c >= 0x80) {
      symbol();
    } else if (c == '$') {
      out_ += ' ';
      ++at_;
    } else if (rest().starts_with("\\$")) {
      out_ += '\x01';
      at_ += 2;
    } else if (rest().starts_with("\\pounds") || rest().starts_with("\\euro")) {
      out_ += rest()[1] == 'p' ? '\x03' : '\x02';
      at_ += rest()[1] == 'p' ? 7 : 5;
    } else if (c == '\f' && rest().starts_with("\frac")) {  // "\f" of a JSON string
      out_ += '\\';
      out_ += 'f';
      ++at_;
    } else if (c == '{' || c == '\\') {
      if (const std::size_t length = font_switch(rest(), out_); length > 0) {
        at_ += length;
      } else if (const std::size_t base = c == '{' ? braced_base(rest(), out_, out_) : 0; base > 0) {
        at_ += base;
      } else if (c == '\\') {
        command();
      } else {
        out_ += answer_[at_++];
      }
    } else if (times_power_of_ten()) {
      out_ += "\\times ";
      ++at_;
    } else {
      out_ += answer_[at_++];
    }
  }

  // A symbol outside of ASCII.
  void symbol() {
    const auto* known = symbol_of(rest().substr(0, 3));
    known = known != nullptr ? known : symbol_of(rest().substr(0, 2));
    if (known == nullptr) {
      out_ += answer_[at_++];
      return;
    }
    const auto& [from, to] = *known;
    out_ += to;
    at_ += from.size();
  }

  void command() {
    if (!rows_ && rest().size() > 2 && rest()[1] == '\\' &&
        (is_letter(rest()[2]) || rest()[2] == '{' || rest()[2] == '[')) {
      ++at_;
    }
    if (const std::size_t length = dropped(rest()); length > 0) {
      out_ += rest().starts_with("\\left") || rest().starts_with("\\right") ? "" : " ";
      at_ += length;
      return;
    }
    // An escaped character stays with its backslash.
    const std::size_t length = rest().size() > 1 && byte_of(rest()[1]) < 0x80 ? 2 : 1;
    out_ += rest().substr(0, length);
    at_ += length;
  }

  // The x of 6.02 x 10^23.
  bool times_power_of_ten() const {
    const char c = answer_[at_];
    if ((c != 'x' && c != 'X') || at_ == 0) { return false; }
    const std::size_t before = answer_.find_last_not_of(' ', at_ - 1),
                      after = answer_.find_first_not_of(' ', at_ + 1);
    return before != std::string_view::npos && after != std::string_view::npos && is_digit(answer_[before]) &&
           answer_.substr(after).starts_with("10^");
  }

  std::string_view answer_;
  bool rows_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string cleaned(std::string_view answer) {
  return Cleanup(bare(answer)).result();
}

namespace {

// Removes spaces, braces, quotes, currency signs and text commands.
std::string without_marks(std::string_view answer) {
  const std::string text = cleaned(answer);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = std::string_view(text).substr(i);
    std::size_t skip = 0;
    for (const std::string_view word :
         {"\\text", "\\mathrm", "\\textbf", "\\mbox", "\\mathbf", "\\operatorname", "\\textit", "\\textrm",
          "\\boldsymbol", "\\quad", "\\,", "\\;", "\\!", "\\ "}) {
      if (rest.starts_with(word) &&
          (!is_letter(word.back()) || rest.size() == word.size() || !is_letter(rest[word.size()]))) {
        skip = word.size();
        break;
      }
    }
    if (skip == 0 &&
        (rest[0] == '{' || rest[0] == '}' || rest[0] == ' ' || rest[0] == '~' || rest[0] == '"' ||
         (rest[0] > 0 && rest[0] <= 4) || (rest[0] >= '\t' && rest[0] <= '\r'))) {
      skip = 1;
    }
    if (skip == 0) {
      out += rest[0];
      skip = 1;
    }
    i += skip;
  }
  return out;
}

}  // namespace

std::optional<Choice> choice_of(std::string_view answer) {
  const std::string text = without_marks(answer.substr(0, 100));
  const bool bracket = text.starts_with('(');
  const std::size_t at = bracket ? 1 : 0;
  if (text.size() <= at || text[at] < 'A' || text[at] > 'E') { return std::nullopt; }
  std::size_t end = at + 1;
  const bool marked =
      end < text.size() && (text[end] == ')' || (!bracket && (text[end] == '.' || text[end] == ':')));
  end += marked;
  if ((bracket && !marked) || (!marked && end < text.size())) { return std::nullopt; }
  return Choice{text[at], end == text.size()};
}

std::string typeset(std::string_view answer) {
  const std::string text = cleaned(answer);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string out;
  bool spaced = false;  // matters only between digits
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (rest[0] == ' ' || rest[0] == '~' || (rest[0] >= '\t' && rest[0] <= '\r')) {
      spaced = true;
      continue;
    }
    if (spaced && !out.empty() && is_digit(out.back()) && is_digit(rest[0])) { out += ' '; }
    spaced = false;
    if (rest.size() >= 2 && rest[0] == '\\' &&
        std::string_view(",;:! ").find(rest[1]) != std::string_view::npos) {
      ++i;
      spaced = true;
    } else if (rest.size() >= 3 && rest[0] == '{' && rest[2] == '}' && std::isalnum(byte_of(rest[1])) &&
               !out.ends_with('\\')) {
      out += rest[1];
      i += 2;
    } else {
      out += rest[0];
    }
  }
  return out;
}

std::string plain_words(std::string_view answer) {
  std::string text = without_marks(answer);
  for (char& c : text) { c = ascii_lower(c); }
  return text;
}

}  // namespace srl::grading
