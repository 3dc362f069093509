#include "data_prep/split/prose_splitters.hpp"

#include <algorithm>
#include <array>

#include "base/unicode.hpp"
#include "data_prep/split/blocks.hpp"

namespace srl::data_prep {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void add_stripped(std::vector<std::string>& parts, std::string_view part) {
  const std::string_view stripped = python_strip(part);
  if (!stripped.empty()) { parts.emplace_back(stripped); }
}

/// Whether the full stop that ends `before` belongs to its last word: an abbreviation, an initial, or a
/// number that opens a line.
bool stop_of_a_word(std::string_view before) {
  static constexpr std::array<std::string_view, 16> abbreviations = {
      "e.g.", "i.e.", "cf.", "vs.",  "etc.", "Fig.", "fig.", "Eq.",
      "eq.",  "No.",  "Mr.", "Mrs.", "Ms.",  "Dr.",  "St.",  "resp."};
  const std::size_t space = before.find_last_of(" \n\t(");
  const std::string_view word = space == std::string_view::npos ? before : before.substr(space + 1);
  if (std::find(abbreviations.begin(), abbreviations.end(), word) != abbreviations.end()) { return true; }
  if (word.size() == 2 && word[0] >= 'A' && word[0] <= 'Z' && word[0] != 'I') {
    // "J. Smith adds" opens a sentence with a name; "at point A." ends one.
    const std::string_view rest = python_strip(before.substr(0, before.size() - word.size()));
    return rest.empty();
  }
  const bool number = word.size() >= 2 && std::all_of(word.begin(), word.end() - 1, is_digit);
  return number && (space == std::string_view::npos || before[space] == '\n');
}

/// Whether the full stop at `at` is between blanks, as in texts whose words were set apart (MathQA: "so x
/// is 5 . then y"), and ends a sentence there.
bool stop_set_apart(std::string_view text, std::size_t at) {
  static constexpr std::array<std::string_view, 12> abbreviations = {"rs", "mr",  "mrs", "dr",  "st", "no",
                                                                     "vs", "etc", "cf",  "fig", "eq", "sq"};
  if (at == 0 || text[at - 1] != ' ' || at + 1 >= text.size() || text[at + 1] != ' ') { return false; }
  const std::string_view before = python_strip(text.substr(0, at)), after = python_strip(text.substr(at + 1));
  const std::size_t space = before.find_last_of(" \n\t");
  const std::string_view word = space == std::string_view::npos ? before : before.substr(space + 1);
  const bool noon = (word == "a" || word == "p") && after.starts_with("m ");
  const bool decimal = !word.empty() && is_digit(word.back()) && !after.empty() && is_digit(after.front());
  return !noon && !decimal &&
         std::find(abbreviations.begin(), abbreviations.end(), word) == abbreviations.end();
}

/// Number of bytes of a full-width sentence end (。！？) at `at`; 0 when there is none.
std::size_t wide_end(std::string_view text, std::size_t at) {
  const std::string_view three = text.substr(at, 3);
  return three == "\xE3\x80\x82" || three == "\xEF\xBC\x81" || three == "\xEF\xBC\x9F" ? 3 : 0;
}

constexpr std::array<std::array<std::string_view, 2>, 6> bracket_pairs = {
    {{"```", "```"}, {"$$", "$$"}, {"\\[", "\\]"}, {"\\(", "\\)"}, {"$", "$"}, {"`", "`"}}};

/// Skips mathematics and inline code.
class Skipper {
 public:
  explicit Skipper(std::string_view text)
      : text_(text), paragraph_end_(std::min(text.find("\n\n"), text.size())) {}
  /// End of the mathematics or code that begins at `at`; `at` itself when none begins there.
  std::size_t after(std::size_t at) {
    if (text_.substr(at).starts_with("\\$")) {
      return at + 2;  // an amount of money
    }
    for (std::size_t p = 0; p < bracket_pairs.size(); ++p) {
      const auto& [open, close] = bracket_pairs[p];
      if (!text_.substr(at).starts_with(open)) { continue; }
      const std::size_t end = closing(p, at + open.size());
      // A lone "$" is money and a lone "`" is a typo: a one-character mark counts only when it is closed in
      // the same paragraph.
      const bool lone = end == std::string_view::npos || (open.size() == 1 && paragraph_end(at) < end) ||
                        (open == "$" && is_amount(at, end));
      return lone ? at + open.size() : end + close.size();
    }
    return at;
  }

 private:
  /// Position of the next closing mark of a pair. Searches only go forward and store what they found, so that
  /// the time is linear for any text.
  std::size_t closing(std::size_t p, std::size_t from) {
    const std::string_view close = bracket_pairs[p][1];
    std::size_t& next = next_[p];
    if (next != std::string_view::npos && next < from) { next = text_.find(close, from); }
    return next;
  }
  /// True for "$5 and $20": a digit follows the first "$", the text up to the next "$" contains no
  /// mathematics, and that "$" opens something ("and $20", "and $x$") or is followed by a digit.
  bool is_amount(std::size_t at, std::size_t end) const {
    if (at + 1 >= text_.size() || !is_digit(text_[at + 1]) ||
        text_.substr(at, end - at).find_first_of("\\=^_{") != std::string_view::npos) {
      return false;
    }
    const char next = end + 1 < text_.size() ? text_[end + 1] : ' ';
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '\\';
    return is_digit(next) || (letter && is_space(text_[end - 1]));
  }
  std::size_t paragraph_end(std::size_t from) {
    if (paragraph_end_ < from) { paragraph_end_ = std::min(text_.find("\n\n", from), text_.size()); }
    return paragraph_end_;
  }

  std::string_view text_;
  std::array<std::size_t, bracket_pairs.size()> next_{};
  std::size_t paragraph_end_;
};

}  // namespace

std::vector<std::string> paragraphs(std::string_view text) {
  std::vector<std::string> parts;
  Blocks blocks;
  std::size_t from = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (!blocks.inside() && python_strip(line).empty()) {
      add_stripped(parts, text.substr(from, begin - from));
      from = end;
    }
    blocks.feed(line);
    begin = end + 1;
  }
  add_stripped(parts, text.substr(std::min(from, text.size())));
  return parts;
}

std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> parts;
  Skipper skipper(text);
  std::size_t from = 0;
  const auto cut = [&](std::size_t end) {
    add_stripped(parts, text.substr(from, end - from));
    from = end;
  };
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t after = skipper.after(i); after > i) {
      i = after;
    } else if (const std::size_t wide = wide_end(text, i); wide > 0) {
      i += wide;
      cut(i);
    } else if (text.substr(i).starts_with("\n\n")) {
      i += 2;
      cut(i);
    } else if (text[i] == '.' || text[i] == '!' || text[i] == '?') {
      const bool of_word = text[i] == '.' && stop_of_a_word(text.substr(from, i + 1 - from));
      const bool apart = text[i] == '.' && stop_set_apart(text, i);
      ++i;
      while (i < text.size() && (text[i] == '"' || text[i] == '\'' || text[i] == ')' || text[i] == '*')) {
        ++i;
      }
      if (of_word || i >= text.size() || !is_space(text[i])) { continue; }
      const std::size_t next = text.find_first_not_of(" \n\t", i);
      const bool small = next != std::string_view::npos && text[next] >= 'a' && text[next] <= 'z';
      const bool blank_before = i > 1 && text[i - 1] == '.' && text[i - 2] == ' ';
      if (!apart && (small || blank_before)) { continue; }
      cut(i);
    } else {
      ++i;
    }
  }
  cut(text.size());
  return parts;
}

}  // namespace srl::data_prep
