#include "grading/parse/remarks.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/characters.hpp"
#include "grading/parse/units.hpp"
#include "grading/text/ascii.hpp"

namespace srl::grading {
namespace {

using Word = std::string_view;

template <std::size_t n>
bool contains(const std::array<Word, n>& words, Word word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<Word, 18> conditions = {"for",   "where",   "when",     "if",    "with", "provided",
                                             "since", "because", "whenever", "given", "such", "assuming",
                                             "as",    "whose",   "which",    "is",    "are",  "being"};
constexpr std::array<Word, 15> approximations = {"approximately", "approx", "about",   "around", "roughly",
                                                 "nearly",        "circa",  "exactly", "only",   "just",
                                                 "precisely",     "simply", "equals",  "equal",  "almost"};
constexpr std::array<Word, 16> changing = {"odd",         "even",         "prime",       "composite",
                                           "permutation", "permutations", "cyclic",      "versa",
                                           "negative",    "nonnegative",  "nonpositive", "nonzero",
                                           "except",      "excluding",    "primes",      "positive"};
constexpr std::array<Word, 6> larger = {"more", "greater", "above", "higher", "larger", "bigger"};
constexpr std::array<Word, 5> smaller = {"less", "fewer", "below", "lower", "smaller"};

class Reading {
 public:
  explicit Reading(Word text) : text_(text) {}

  Remark remark() {
    while (at_ < text_.size()) { one(); }
    for (const auto& [name, power] : factors_) {
      if (name == "unit" || name == "piece") { continue; }
      if (name == "mph" || name == "kph") {
        found_.units.emplace_back(name == "mph" ? "mile" : "km");
        found_.units.emplace_back("h^-1");
      } else {
        found_.units.push_back(power == 1 ? name : name + "^" + std::to_string(power));
      }
    }
    found_.condition = found_.condition || (says_ && found_.changes.empty());
    found_.approximate = found_.approximate && !found_.unknown && factors_.empty() && found_.changes.empty();
    return std::move(found_);
  }

 private:
  Word rest() const { return text_.substr(at_); }

  void one() {
    const char c = text_[at_];
    if (is_letter(c)) {
      word();
    } else if (c == '/') {
      ++at_;
      sign_ = -1;
    } else if (c == '^') {
      power_after();
    } else if (c == '%') {
      ++at_;
      add("%");
    } else if (rest().starts_with("\\Omega") || rest().starts_with("\u03a9") ||
               rest().starts_with("\u2126")) {
      at_ += c == '\\' ? 6 : byte_of(c) == 0xce ? 2 : 3;
      add(prefix_ + "ohm");
      prefix_.clear();
    } else if (rest().starts_with("\\mu") || rest().starts_with("\u00b5") || rest().starts_with("\u03bc")) {
      at_ += c == '\\' ? 3 : 2;
      prefix_ = "u";
    } else if (rest().starts_with("\\circ") || rest().starts_with("\\degree")) {
      at_ += rest().starts_with("\\circ") ? 5 : 7;
      add("degree");
    } else if (c == '\\') {
      ++at_;
      while (at_ < text_.size() && is_letter(text_[at_])) { ++at_; }
    } else {
      found_.unknown = found_.unknown || is_digit(c) || byte_of(c) >= 0x80;
      ++at_;
    }
  }

  // ^2, ^{-1}: of the last unit.
  void power_after() {
    ++at_;
    std::size_t end = at_;
    while (end < text_.size() && Word("{ ").find(text_[end]) != Word::npos) { ++end; }
    const bool minus = end < text_.size() && text_[end] == '-';
    end += minus;
    const std::size_t begin = end;
    while (end < text_.size() && is_digit(text_[end])) { ++end; }
    if (end == begin || end - begin > 2) { return; }
    const int power = std::atoi(std::string(text_.substr(begin, end - begin)).c_str()) * (minus ? -1 : 1);
    if (!factors_.empty()) { factors_.back().second *= power; }
    at_ = end;
    if (at_ < text_.size() && text_[at_] == '}') { ++at_; }
  }

  void add(std::string unit) {
    if (!units_allowed_) { return; }
    factors_.emplace_back(std::move(unit), sign_ * next_power_);
    sign_ = 1;
    next_power_ = 1;
  }

  Word next_word() const {
    std::size_t begin = at_;
    while (begin < text_.size() && !is_letter(text_[begin])) { ++begin; }
    std::size_t end = begin;
    while (end < text_.size() && is_letter(text_[end])) { ++end; }
    return text_.substr(begin, end - begin);
  }

  void word() {
    if (rest().size() >= 3 && rest()[1] == '.' && (rest()[2] == 'm' || rest()[2] == 'M')) {  // a.m., p.m.
      const char half = ascii_lower(rest()[0]);
      at_ += 3;
      return add(half == 'a' ? "am" : "pm");
    }
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) { ++end; }
    const Word as_written = text_.substr(at_, end - at_);
    at_ = end;
    const std::string lower = ascii_lower(std::string(as_written));
    if (first_ && (lower == "is" || lower == "are" || lower == "being")) {
      says_ = true;
      first_ = false;
      return;
    }
    if (first_ && contains(conditions, Word(lower))) {
      found_.condition = true;
      found_.integer = text_.find("integer") != Word::npos;
      at_ = text_.size();
      return;
    }
    first_ = false;
    if (changes(lower) || known(as_written, lower)) { return; }
    found_.unknown = true;
    units_allowed_ = factors_.empty();
  }

  bool known(Word as_written, const std::string& lower) {
    if (lower == "per" && (next_word() == "cent" || next_word() == "Cent")) {
      at_ = text_.find(next_word(), at_) + 4;
      add("%");
    } else if (lower == "per" || lower == "an" || as_written == "a" || lower == "of") {
      sign_ = lower == "per" ? -1 : sign_;
    } else if (lower == "square" || lower == "sq") {
      next_power_ = 2;
    } else if (lower == "cubic") {
      next_power_ = 3;
    } else if (lower == "squared" || lower == "cubed") {
      if (!factors_.empty()) { factors_.back().second *= lower == "squared" ? 2 : 3; }
    } else if (contains(approximations, Word(lower))) {
      found_.approximate = true;
    } else if (const Word scale = scale_of(lower); !scale.empty() && factors_.empty()) {
      found_.scale = found_.scale.empty() ? std::string(scale) : found_.scale + std::string(scale).substr(1);
    } else if (lower == "integer" || lower == "integers") {
      found_.integer = true;
    } else {
      return unit(as_written);
    }
    return true;
  }

  bool unit(Word as_written) {
    std::string name = unit_of(prefix_ + std::string(as_written));
    if ((as_written == "k" || as_written == "M") && trimmed(rest()).starts_with("\\Omega")) {
      prefix_ = as_written;
      return true;
    }
    prefix_.clear();
    const bool after_degree = !factors_.empty() && factors_.back().first == "degree";
    if (after_degree &&
        (as_written == "C" || name == "celsius" || as_written == "F" || name == "fahrenheit")) {
      factors_.back().first = as_written == "C" || name == "celsius" ? "celsius" : "fahrenheit";
      return true;
    }
    if (name.empty() || (as_written.size() == 1 && found_.unknown)) { return false; }
    add(std::move(name));
    return true;
  }

  bool changes(const std::string& lower) {
    const Word next = next_word();
    const auto add_comparison = [&](Word sign, bool with_next) {
      found_.changes.emplace_back(sign);
      if (with_next) { at_ = text_.find(next, at_) + next.size(); }
      return true;
    };
    if (lower == "or" && contains(larger, next)) { return add_comparison(">=", true); }
    if (lower == "or" && contains(smaller, next)) { return add_comparison("<=", true); }
    if (lower == "at" && next == "least") { return add_comparison(">=", true); }
    if (lower == "at" && next == "most") { return add_comparison("<=", true); }
    if ((lower == "no" || lower == "not") && contains(smaller, next)) { return add_comparison(">=", true); }
    if ((lower == "no" || lower == "not") && contains(larger, next)) { return add_comparison("<=", true); }
    if (lower == "up" && next == "to") { return add_comparison("<=", true); }
    if (contains(larger, Word(lower)) && next == "than") { return add_comparison(">", true); }
    if (contains(smaller, Word(lower)) && next == "than") { return add_comparison("<", true); }
    if (contains(smaller, Word(lower)) && next == "zero") { return add_comparison("below zero", true); }
    if (!contains(changing, Word(lower))) { return false; }
    found_.changes.emplace_back(lower.ends_with('s') ? lower.substr(0, lower.size() - 1) : lower);
    return true;
  }

  Word text_;
  std::size_t at_ = 0;
  Remark found_;
  std::vector<std::pair<std::string, int>> factors_;
  std::string prefix_;
  int sign_ = 1, next_power_ = 1;
  bool first_ = true, units_allowed_ = true;
  bool says_ = false;  // begins with "is"
};

}  // namespace

Remark remark_of(std::string_view words) {
  return Reading(words).remark();
}

bool begins_condition(std::string_view words) {
  while (!words.empty() && (is_space(words[0]) || words[0] == '(' || words[0] == ',' || words[0] == '~')) {
    words.remove_prefix(1);
  }
  std::size_t end = 0;
  std::string lower;
  for (; end < words.size() && is_letter(words[end]); ++end) { lower += ascii_lower(words[end]); }
  return contains(conditions, Word(lower)) && (end == words.size() || !is_digit(words[end]));
}

bool compares_after_or(std::string_view after) {
  after = trimmed(after);
  const auto begins = [&](Word word) {
    return after.starts_with(word) && (after.size() == word.size() || !is_letter(after[word.size()]));
  };
  return std::any_of(larger.begin(), larger.end(), begins) ||
         std::any_of(smaller.begin(), smaller.end(), begins);
}

}  // namespace srl::grading
