#include "data_prep/split/numbered_heads.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/characters.hpp"
#include "base/unicode.hpp"
#include "data_prep/split/blocks.hpp"

namespace srl::data_prep {
namespace {

std::string cleaned_title(std::string_view title) {
  title = python_strip(title);
  while (!title.empty() && (title.back() == ':' || title.back() == '*')) { title.remove_suffix(1); }
  while (!title.empty() && title.front() == '*') { title.remove_prefix(1); }
  return std::string(python_strip(title));
}

bool take(std::string_view& line, std::string_view mark) {
  if (!line.starts_with(mark)) { return false; }
  line.remove_prefix(mark.size());
  return true;
}

bool take_one_of(std::string_view& line, std::initializer_list<std::string_view> marks) {
  return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return take(line, mark); });
}

/// Whether a text, not a formula, follows a bracket: "2) Then" but not "2)(x+1)".
bool text_follows(std::string_view line) {
  return !line.empty() && (line[0] == ' ' || line[0] == '\t' || line[0] == '*' || byte_of(line[0]) >= 0x80) &&
         !python_strip(line).empty();
}

std::optional<std::int64_t> list_number(std::string_view& line, Numerals numerals) {
  return numerals == Numerals::roman ? take_roman(line) : take_digits(line);
}

/// "12. **Title** body", "12. body", "12) body", "12、body", "(12) body", "⑫ body"
std::optional<Head> list_head(std::string_view line, Numerals numerals) {
  Head head;
  if (const auto circled = numerals == Numerals::usual ? take_circled(line) : std::nullopt) {
    return Head{0, *circled, "", Head::Style::circled};
  }
  const bool enclosed = take_one_of(line, {"(", "（"});
  const auto number = list_number(line, numerals);
  if (!number) { return std::nullopt; }
  head.number = *number;
  if (take(line, "）")) {
    head.style = enclosed ? Head::Style::enclosed : Head::Style::bracketed;
    return python_strip(line).empty() ? std::nullopt : std::optional(head);
  }
  if (take(line, ")")) {
    head.style = enclosed ? Head::Style::enclosed : Head::Style::bracketed;
    return text_follows(line) ? std::optional(head) : std::nullopt;
  }
  if (enclosed) { return std::nullopt; }
  if (take_one_of(line, {"、", "．"})) {
    head.style = Head::Style::bracketed;
    return python_strip(line).empty() ? std::nullopt : std::optional(head);
  }
  if (line.size() < 2 || line[0] != '.' || (line[1] != ' ' && line[1] != '\t')) { return std::nullopt; }
  line.remove_prefix(1);
  line = python_strip(line);
  if (line.empty()) { return std::nullopt; }
  if (!line.starts_with("**")) { return head; }
  const std::size_t close = line.find("**", 2);
  if (close == std::string_view::npos || close == 2) { return head; }
  head.style = Head::Style::titled;
  head.title = cleaned_title(line.substr(2, close - 2));
  return head;
}

/// "**12. Title** body", "**12)** body"
std::optional<Head> bold_head(std::string_view line, Numerals numerals) {
  const std::size_t close = line.find("**", 2);
  if (!take(line, "**") || close == std::string_view::npos) { return std::nullopt; }
  std::string_view inside = line.substr(0, close - 2);
  const auto number = list_number(inside, numerals);
  if (!number || !take_one_of(inside, {".", ")", ":"})) { return std::nullopt; }
  if (!inside.empty() && inside[0] != ' ') { return std::nullopt; }
  return Head{0, *number, cleaned_title(inside), Head::Style::bold};
}

/// Words for "step" that come before a number. ASCII letters may have any case.
constexpr std::array<std::string_view, 33> step_words{
    "step", "étape", "Étape", "ÉTAPE", "etape", "schritt", "paso", "passo",    "stap",    "krok", "steg",
    "trin", "vaihe", "pas",   "etapa", "adım",  "Adım",    "bước", "Bước",     "langkah", "Шаг",  "шаг",
    "ШАГ",  "Крок",  "крок",  "Βήμα",  "βήμα",  "步骤",    "步驟", "ステップ", "手順",    "단계", "चरण"};

/// Removes a word for "step" and the blanks after it.
bool take_step_word(std::string_view& line) {
  for (const std::string_view word : step_words) {
    if (line.size() < word.size() || !std::equal(word.begin(), word.end(), line.begin(), [](char w, char c) {
          return w == c || w == ascii_lower(c);
        })) {
      continue;
    }
    const std::string_view rest = line.substr(word.size());
    const bool apart = rest.starts_with(" ") || rest.starts_with("\xC2\xA0");
    if (!apart && byte_of(word[0]) < 0xE3) { continue; }  // only CJK words need no blank
    line = python_strip(rest);
    return true;
  }
  return false;
}

/// Removes "step" and its number: "Step 3", "步骤三", "第 3 步", "3단계".
std::optional<std::int64_t> take_step(std::string_view& line, Numerals numerals, bool& in_words) {
  if (take_step_word(line)) { return take_number(line, numerals, in_words); }
  if (take(line, "第")) {
    line = python_strip(line);
    const auto number = take_number(line, numerals, in_words);
    line = python_strip(line);
    return number && take(line, "步") ? number : std::nullopt;
  }
  std::string_view rest = line;
  const auto number = take_digits(rest);
  if (!number || !take(rest, "단계")) { return std::nullopt; }
  line = rest;
  return number;
}

/// "Step 3: …", "**Step 3:** …", "### Step 3. Title"
std::optional<Head> step_head(std::string_view line, Numerals numerals) {
  std::size_t marks = line.find_first_not_of("#");
  if (marks == std::string_view::npos) { return std::nullopt; }
  const bool heading = marks > 0;
  line.remove_prefix(marks);
  line = python_strip(line);
  if (line.starts_with("**")) { line.remove_prefix(2); }
  bool in_words = false;
  const bool wide = !line.empty() && byte_of(line[0]) >= 0xE3;  // CJK: a blank is enough after the number
  const auto number = take_step(line, numerals, in_words);
  if (!number) { return std::nullopt; }
  // A sentence that begins with "Step 3 shows …" is not a head.
  std::string_view rest = line;
  const bool ends = line.empty() ||
                    take_one_of(rest, {":", ".", "*", ")", "：", "。", "、", "．", "）", " -", " –", " —",
                                       "—", "–", " :", " ：", "，"}) ||
                    (wide && line[0] == ' ') || (in_words && take(rest, ",")) ||
                    (heading && (line[0] == ' ' || line[0] == '-'));
  if (!ends) { return std::nullopt; }
  Head head{0, *number, "", Head::Style::heading};
  while (take_one_of(line, {":", ".", "*", "-", " ", ")", "：", "。", "、", "．", "）", "–", "—", "，"})) {}
  if (heading) { head.title = cleaned_title(line); }
  return head;
}

constexpr bool is_small_letter(char c) {
  return c >= 'a' && c <= 'z';
}

/// The letters that follow each first letter of a word for "step", as bits.
constexpr std::array<std::uint32_t, 26> second_letters = [] {
  std::array<std::uint32_t, 26> found{};
  for (const std::string_view word : step_words) {
    if (!is_small_letter(word[0]) || byte_of(word[1]) >= 0x80) { continue; }
    found[word[0] - 'a'] |= 1u << (word[1] - 'a');
  }
  return found;
}();

/// Whether a line with these first bytes can be a head; rules out most lines quickly. The line is not empty.
bool may_begin_head(std::string_view line, Numerals numerals) {
  const char c = ascii_lower(line[0]);
  if (numerals == Numerals::roman || byte_of(c) >= 0x80) { return true; }
  if (!is_small_letter(c)) {
    return (c >= '0' && c <= '9') || c == '#' || c == '*' || c == '(' || byte_of(c) <= ' ';
  }
  const char next = line.size() < 2 ? ' ' : ascii_lower(line[1]);
  return byte_of(next) >= 0x80 ||
         (is_small_letter(next) && (second_letters[c - 'a'] >> (next - 'a') & 1) != 0);
}

}  // namespace

std::vector<Head> numbered_heads(std::string_view text, Numerals numerals) {
  std::vector<Head> heads;
  Blocks blocks;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (!line.empty() && may_begin_head(line, numerals) && !blocks.inside()) {
      const bool only_words = numerals == Numerals::usual && is_small_letter(ascii_lower(line.front()));
      auto head = only_words ? std::nullopt : list_head(line, numerals);
      if (!head && line.front() == '*') { head = bold_head(line, numerals); }
      if (!head) { head = step_head(line, numerals); }
      if (head) {
        head->begin = begin;
        heads.push_back(std::move(*head));
      }
    }
    blocks.feed(line);
    begin = end + 1;
  }
  return heads;
}

}  // namespace srl::data_prep
