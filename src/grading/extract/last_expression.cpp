// The last expression of running text. A number is taken with everything that belongs to it: sign, brackets,
// operators, powers, unit.
#include <algorithm>

#include "grading/extract/extract.hpp"
#include "grading/extract/tokens.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"

namespace srl::grading {
namespace {

using Kind = TokenKind;
using Tokens = std::vector<Token>;

class Line {
 public:
  explicit Line(std::string_view text) : text_(text), tokens_(tokens_of(text)), units_(tokens_.size()) {
    for (std::size_t k = 1; k < tokens_.size(); ++k) { units_[k] = is_unit_at(k); }
  }

  std::optional<std::string> last() const {
    for (std::size_t end = tokens_.size(); end > 0;) {
      std::size_t begin = end - 1;
      while (begin > 0 && joined(begin - 1)) { --begin; }
      if (std::optional<std::string> found = expression(begin, end)) { return found; }
      end = begin;
    }
    return std::nullopt;
  }

 private:
  std::string_view text_of(std::size_t k) const {
    return text_.substr(tokens_[k].begin, tokens_[k].end - tokens_[k].begin);
  }

  // Whether the word or letter is a unit, a number word or an ordinal's ending after a number.
  bool is_unit(std::size_t k) const {
    const Kind kind = tokens_[k].kind;
    if (kind != Kind::word && kind != Kind::letter) { return false; }
    const std::string_view word = text_of(k);
    const bool ordinal = word == "th" || word == "st" || word == "nd" || word == "rd";
    return !unit_of(word).empty() || !scale_of(word).empty() || (ordinal && !tokens_[k].spaced);
  }

  // Whether a unit is at k: after a number, or after another unit and a slash.
  bool unit_at(std::size_t k) const { return units_[k]; }
  bool is_unit_at(std::size_t k) const {
    const Token& before = tokens_[k - 1];
    const bool single = tokens_[k].kind == Kind::letter;
    if (tokens_[k].in_math || (!single && tokens_[k].kind != Kind::word)) { return false; }
    const bool after_value = before.kind == Kind::number ||
                             (!single && (before.kind == Kind::suffix || before.kind == Kind::close));
    const bool after_slash = text_of(k - 1) == "/" && k >= 2 && units_[k - 2];
    const bool after_unit = tokens_[k].spaced && !single && units_[k - 1];
    return (after_value || after_slash || after_unit) && is_unit(k);
  }

  // Whether tokens k and k + 1 belong to one expression.
  bool joined(std::size_t k) const {
    const Token &a = tokens_[k], &b = tokens_[k + 1];
    if (a.kind == Kind::edge || b.kind == Kind::edge || a.kind == Kind::other || b.kind == Kind::other) {
      return false;
    }
    if (unit_at(k + 1)) { return true; }
    if (unit_at(k)) { return b.kind == Kind::operation && !b.spaced; }
    if (a.kind == Kind::word || b.kind == Kind::word) { return joins_word(k); }
    if (a.kind == Kind::spacing || b.kind == Kind::spacing || a.kind == Kind::currency) { return true; }
    if (b.kind == Kind::currency) { return is_operator(a) || a.kind == Kind::open; }
    if (is_operator(a) || is_operator(b)) { return joins_operator(k); }
    if (a.kind == Kind::comma || b.kind == Kind::comma) { return depth_before(k + 1) > 0; }
    if (a.kind == Kind::colon || b.kind == Kind::colon) { return joins_colon(k); }
    if (a.kind == Kind::open || b.kind == Kind::close) { return true; }
    if (b.kind == Kind::suffix) { return text_of(k + 1) != "!" || exclaims_factorial(k + 1); }
    if (b.kind == Kind::text) { return is_operand_end(a); }
    if (!is_operand_end(a) || !is_operand_begin(b)) { return false; }
    if (is_times(k) || is_times(k + 1)) { return true; }
    if (a.kind == Kind::number && b.kind == Kind::number) { return is_index(k) || is_mixed_fraction(k); }
    if (b.in_math || a.kind == Kind::command || (b.kind == Kind::command && a.kind != Kind::letter)) {
      return true;
    }
    return !b.spaced && !(a.kind == Kind::letter && b.kind == Kind::number);
  }

  // A run of letters is a product where it touches mathematics: \frac12mgh. A word is not.
  bool joins_word(std::size_t k) const {
    const Token &a = tokens_[k], &b = tokens_[k + 1];
    const std::size_t word = a.kind == Kind::word ? k : k + 1;
    if (a.kind == Kind::word && b.kind == Kind::word) { return false; }
    if (looks_like_word(text_of(word)) || text_of(word).size() > 6) { return false; }
    if (word == k + 1) {
      return (is_operand_end(a) && (!b.spaced || b.in_math)) || (is_operator(a) && !b.spaced);
    }
    return (is_operator(b) && !(b.kind == Kind::sign && !b.spaced)) || (b.kind == Kind::open && !b.spaced);
  }

  bool joins_operator(std::size_t k) const {
    const Token &a = tokens_[k], &b = tokens_[k + 1];
    if (is_operator(a) && is_operator(b)) { return true; }
    if (is_operator(b)) {
      // A dash after a letter joins words; a sign before a number that only it touches begins a new one.
      return is_operand_end(a) || a.kind == Kind::open || a.kind == Kind::comma || a.kind == Kind::currency;
    }
    if (b.kind == Kind::comma || b.kind == Kind::colon || b.kind == Kind::close) {
      return b.kind == Kind::close;
    }
    return true;
  }

  bool joins_colon(std::size_t k) const {
    const std::size_t colon = tokens_[k].kind == Kind::colon ? k : k + 1;
    if (colon == 0 || colon + 1 >= tokens_.size()) { return false; }
    const Token &left = tokens_[colon - 1], &right = tokens_[colon + 1];
    return is_operand_end(left) && is_operand_begin(right) && tokens_[colon].spaced == right.spaced;
  }

  // "5!" inside a sentence is a factorial; at its end it may be an exclamation.
  bool exclaims_factorial(std::size_t k) const {
    return !tokens_[k].spaced && (k + 1 < tokens_.size() || (k >= 1 && tokens_[k - 1].kind != Kind::number));
  }

  // The 2 of "log_2 8".
  bool is_index(std::size_t k) const { return k > 0 && text_of(k - 1) == "_" && !tokens_[k].spaced; }

  // The 2 of "2 1/3".
  bool is_mixed_fraction(std::size_t k) const {
    return k + 3 < tokens_.size() && text_of(k + 2) == "/" && tokens_[k + 3].kind == Kind::number &&
           !tokens_[k + 2].spaced && !tokens_[k + 3].spaced && text_of(k).find('.') == std::string_view::npos;
  }

  // The x of "6.02 x 10".
  bool is_times(std::size_t k) const {
    return k > 0 && k + 1 < tokens_.size() && (text_of(k) == "x" || text_of(k) == "X") &&
           tokens_[k - 1].kind == Kind::number && tokens_[k + 1].kind == Kind::number &&
           tokens_[k].spaced == tokens_[k + 1].spaced &&
           (tokens_[k].spaced || tokens_[k + 1].begin + 2 < text_.size());
  }

  // Brackets that are open before token k, counted back at most 200 tokens.
  int depth_before(std::size_t k) const {
    int depth = 0;
    for (std::size_t back = 0; back < 200 && k > 0; ++back) {
      --k;
      const Kind kind = tokens_[k].kind;
      if (kind == Kind::edge || kind == Kind::other || (kind == Kind::word && looks_like_word(text_of(k)))) {
        return depth;
      }
      depth += kind == Kind::open ? 1 : kind == Kind::close ? -1 : 0;
      if (depth > 0) { return depth; }
    }
    return depth;
  }

  // Cuts the run at brackets without a partner, and at operators without an operand.
  void trim(std::size_t& begin, std::size_t& end) const {
    std::vector<std::size_t> open;
    for (std::size_t k = begin; k < end; ++k) {
      if (tokens_[k].kind == Kind::open) { open.push_back(k); }
      if (tokens_[k].kind != Kind::close) { continue; }
      if (open.empty()) {
        end = k > begin ? k : end;
        begin = k == begin ? k + 1 : begin;
      } else {
        open.pop_back();
      }
    }
    if (!open.empty() && open.back() < end) { begin = std::max(begin, open.back() + 1); }
    while (begin < end && !starts_expression(begin, end)) { ++begin; }
    while (begin < end && (is_operator(tokens_[end - 1]) || tokens_[end - 1].kind == Kind::comma ||
                           tokens_[end - 1].kind == Kind::colon || tokens_[end - 1].kind == Kind::spacing ||
                           tokens_[end - 1].kind == Kind::currency)) {
      --end;
    }
  }

  bool starts_expression(std::size_t k, std::size_t end) const {
    const Kind kind = tokens_[k].kind;
    if (kind ==
        Kind::sign) {  // a sign touches its number, and no letter before it: not "GPT-4", not "- 5 apples"
      const bool glued_before = k > 0 && !tokens_[k].spaced &&
                                (tokens_[k - 1].kind == Kind::word || tokens_[k - 1].kind == Kind::letter ||
                                 tokens_[k - 1].kind == Kind::close);
      return k + 1 < end && !glued_before && text_of(k) != "+" && (!tokens_[k + 1].spaced || k > 0);
    }
    return is_operand_begin(tokens_[k]) || kind == Kind::text || kind == Kind::word || kind == Kind::currency;
  }

  // The run as an answer, if it holds a number or a command.
  std::optional<std::string> expression(std::size_t begin, std::size_t end) const {
    trim(begin, end);
    bool valued = false;
    for (std::size_t k = begin; k < end; ++k) {
      const Kind kind = tokens_[k].kind;
      valued = valued || kind == Kind::number || (kind == Kind::command && text_of(k).size() > 1);
      if (kind == Kind::number && k == begin && k > 0 && !tokens_[k].spaced && names(k - 1)) {
        return std::nullopt;
      }
      if (kind == Kind::number && k + 1 == end && end < tokens_.size() && !tokens_[end].spaced &&
          !tokens_[k].in_math && k == begin && names(end)) {
        return std::nullopt;
      }
    }
    if (!valued ||
        (end == begin + 1 && tokens_[begin].kind == Kind::command && is_letter(text_of(begin)[0]))) {
      return std::nullopt;
    }
    return spelled(begin, end);
  }

  // Whether the token makes a name with the number that it touches: step3, 2A, x_1.
  bool names(std::size_t k) const {
    return tokens_[k].kind == Kind::word || tokens_[k].kind == Kind::letter || text_of(k) == "_";
  }

  // The text of the run. Single letters that are units become \text{ m}, so that they are not variables.
  std::string spelled(std::size_t begin, std::size_t end) const {
    std::string out;
    for (std::size_t k = begin; k < end; ++k) {
      const bool unit = k > begin && tokens_[k].kind == Kind::letter && unit_at(k);
      if (is_times(k) && k > begin && k + 1 < end) {
        out += "\\times";
      } else {
        if (k > begin && tokens_[k].spaced && !unit) { out += ' '; }
        out += unit ? "\\text{ " + std::string(text_of(k)) + "}" : std::string(text_of(k));
      }
    }
    return out;
  }

  std::string_view text_;
  Tokens tokens_;
  std::vector<bool> units_;  // of each token, whether it is a unit after a number
};

}  // namespace

std::optional<std::string> last_expression(std::string_view text) {
  while (!text.empty()) {
    const std::size_t line = text.rfind('\n');
    const std::size_t begin = line == std::string_view::npos ? 0 : line + 1;
    if (std::optional<std::string> found = Line(text.substr(begin)).last()) { return found; }
    text = text.substr(0, begin == 0 ? 0 : begin - 1);
  }
  return std::nullopt;
}

}  // namespace srl::grading
