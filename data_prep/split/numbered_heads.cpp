#include "data_prep/split/numbered_heads.hpp"

#include <algorithm>
#include <optional>

#include "base/characters.hpp"
#include "base/unicode.hpp"
#include "data_prep/split/blocks.hpp"

namespace srl::data_prep {
namespace {

/// Removes a number of at most four digits from the start of the line.
std::optional<std::int64_t> take_number(std::string_view& line) {
  std::size_t digits = 0;
  std::int64_t value = 0;
  while (digits <= 4 && digits < line.size() && line[digits] >= '0' && line[digits] <= '9') {
    value = value * 10 + (line[digits++] - '0');
  }
  if (digits == 0 || digits > 4) { return std::nullopt; }
  line.remove_prefix(digits);
  return value;
}

std::string cleaned_title(std::string_view title) {
  title = python_strip(title);
  while (!title.empty() && (title.back() == ':' || title.back() == '*')) { title.remove_suffix(1); }
  while (!title.empty() && title.front() == '*') { title.remove_prefix(1); }
  return std::string(python_strip(title));
}

/// "12. **Title** body" or "12. body"
std::optional<Head> list_head(std::string_view line) {
  Head head;
  const auto number = take_number(line);
  if (!number || line.size() < 2 || line[0] != '.' || (line[1] != ' ' && line[1] != '\t')) {
    return std::nullopt;
  }
  head.number = *number;
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

/// "Step 3: …", "**Step 3:** …", "### Step 3. Title"
std::optional<Head> step_head(std::string_view line) {
  std::size_t marks = line.find_first_not_of("#");
  if (marks == std::string_view::npos) { return std::nullopt; }
  const bool heading = marks > 0;
  line.remove_prefix(marks);
  line = python_strip(line);
  if (line.starts_with("**")) { line.remove_prefix(2); }
  if (!line.starts_with("Step ")) { return std::nullopt; }
  line.remove_prefix(5);
  const auto number = take_number(line);
  if (!number) { return std::nullopt; }
  // A sentence that begins with "Step 3 shows …" is not a head.
  if (!line.empty() && line[0] != ':' && line[0] != '.' && line[0] != '*' &&
      !(heading && (line[0] == ' ' || line[0] == '-'))) {
    return std::nullopt;
  }
  Head head{0, *number, "", Head::Style::heading};
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(":.*- ")));
  if (heading) { head.title = cleaned_title(line); }
  return head;
}

/// Whether a line with this first byte can be a head; rules out most lines quickly.
bool may_begin_head(char c) {
  const unsigned char byte = byte_of(c);
  return (c >= '0' && c <= '9') || c == '#' || c == '*' || c == 'S' || byte <= ' ' || byte >= 0x80;
}

}  // namespace

std::vector<Head> numbered_heads(std::string_view text) {
  std::vector<Head> heads;
  Blocks blocks;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (!line.empty() && may_begin_head(line.front()) && !blocks.inside()) {
      auto head = list_head(line);
      if (!head) { head = step_head(line); }
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
