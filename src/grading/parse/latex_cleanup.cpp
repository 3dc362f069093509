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
#include "grading/text/unicode_symbols.hpp"

namespace srl::grading {
namespace {

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

// Length of the braces around one letter, number or command before an index, {a}_{1} and {10}_{2}; they have
// no meaning.
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
  const bool number = !base.empty() && std::all_of(base.begin(), base.end(), is_digit) &&
                      (before.empty() || !is_digit(before.back()));
  const bool command =
      base.size() > 2 && base[0] == '\\' && std::all_of(base.begin() + 1, base.end(), is_letter);
  const std::size_t index = rest.find_first_not_of(' ', close + 1);
  const bool function = command && !function_of(base.substr(1)).empty();
  if (function) {
    out += base;
    out += ' ';
    return close + 1;
  }
  if (!(letter || number || command) || index == std::string_view::npos || rest[index] != '_') { return 0; }
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

}  // namespace srl::grading
