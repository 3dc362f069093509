#include "data_prep/split/splitters.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/split/numbered_heads.hpp"
#include "data_prep/split/prose_splitters.hpp"

namespace srl::data_prep {
namespace {

using trajectory::Step;

/// The text with '\n' line ends. `held` stores it when it differs from the input.
std::string_view unix_lines(std::string_view text, std::string& held) {
  if (text.find('\r') == std::string_view::npos) { return text; }
  held.clear();
  held.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') { continue; }
    held += text[i] == '\r' ? '\n' : text[i];
  }
  return held;
}

std::vector<Head> of_style(const std::vector<Head>& heads, Head::Style style) {
  std::vector<Head> result;
  std::copy_if(heads.begin(), heads.end(), std::back_inserter(result),
               [&](const Head& h) { return h.style == style; });
  return result;
}

/// Why the numbers are not 1, 2, …, N; empty when they are.
std::string numbering_fault(const std::vector<Head>& heads) {
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const std::int64_t expected = i + 1;
    if (heads[i].number != expected) {
      return heads[i].number < expected ? "numbering_restarts" : "numbering_skips";
    }
  }
  return "";
}

/// The titled heads, and those plain heads that fill gaps in the numbering of the titled ones.
std::vector<Head> with_gaps_filled(const std::vector<Head>& heads) {
  std::vector<Head> result;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (heads[i].style != Head::Style::titled && heads[i].style != Head::Style::plain) { continue; }
    if (heads[i].style == Head::Style::plain) {
      const std::int64_t next = std::ssize(result) + 1;
      const bool a_titled_one_has_it = std::any_of(heads.begin() + i, heads.end(), [&](const Head& h) {
        return h.style == Head::Style::titled && h.number == next;
      });
      if (heads[i].number != next || a_titled_one_has_it) { continue; }
    }
    result.push_back(heads[i]);
  }
  return result;
}

SplitResult cut_at(std::string_view text, std::vector<Head> heads) {
  SplitResult result;
  result.steps.reserve(heads.size());
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : heads[i].begin;  // text before "1." belongs to step 1
    const std::size_t end = i + 1 < heads.size() ? heads[i + 1].begin : text.size();
    Step& step = result.steps.emplace_back();
    step.action = std::string(python_strip(text.substr(begin, end - begin)));
    if (!heads[i].title.empty()) { step.title = std::move(heads[i].title); }
  }
  return result;
}

std::string without_marks(std::string_view line) {
  std::string result;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t open = line.find("<<", at),
                      close = open == std::string_view::npos ? open : line.find(">>", open);
    if (close == std::string_view::npos) { return result.append(line.substr(at)); }
    result += line.substr(at, open - at);
    at = close + 2;
  }
  return result;
}

void add_step(SplitResult& result, std::string text) {
  if (!text.empty()) { result.steps.emplace_back().action = std::move(text); }
}

SplitResult of_parts(std::vector<std::string> parts) {
  SplitResult result;
  result.steps.reserve(parts.size());
  for (std::string& part : parts) { add_step(result, std::move(part)); }
  return result;
}

/// Position of the last line with text if it is GSM8K's "#### x", otherwise npos. An earlier line "#### Part"
/// is a Markdown heading, not an answer.
std::size_t answer_line(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\n");
  if (last == std::string_view::npos) { return std::string_view::npos; }
  const std::size_t before = text.rfind('\n', last);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(begin).starts_with("####") ? begin : std::string_view::npos;
}

/// Removes that line from the text and returns its answer.
std::optional<std::string> take_answer_line(std::string_view& text) {
  const std::size_t begin = answer_line(text);
  if (begin == std::string_view::npos) { return std::nullopt; }
  const std::string_view answer = python_strip(text.substr(begin + 4));
  text = text.substr(0, begin);
  return std::string(answer);
}

}  // namespace

SplitResult at_least_two(SplitResult result) {
  if (result.steps.size() >= 2) { return result; }
  result.dropped = result.steps.empty() ? "no_steps" : "single_step";
  result.steps.clear();
  return result;
}

namespace {

/// The heads of the first of these styles that number at least two steps without a fault. These styles also
/// label equations and parts of a problem, so a fault in them does not drop a solution.
std::vector<Head> weakly_numbered(const std::vector<Head>& heads) {
  for (const Head::Style style :
       {Head::Style::bold, Head::Style::bracketed, Head::Style::enclosed, Head::Style::circled}) {
    std::vector<Head> chosen = of_style(heads, style);
    if (chosen.size() > 1 && numbering_fault(chosen).empty()) { return chosen; }
  }
  return {};
}

SplitResult split_numbered_by(std::string_view raw, Numerals numerals) {
  std::string held, unmarked;
  std::string_view text = unix_lines(raw, held);
  std::optional<std::string> answer = take_answer_line(text);
  if (answer && text.find("<<") != std::string_view::npos) {
    text = unmarked = without_marks(text);  // GSM8K's own notation
  }
  std::vector<Head> heads = numbered_heads(text, numerals);
  if (heads.empty()) { return at_least_two({}); }
  std::vector<Head> chosen = of_style(heads, Head::Style::titled);
  std::string fault = numbering_fault(chosen);
  if (!chosen.empty() && !fault.empty()) {
    const std::vector<Head> filled = with_gaps_filled(heads);
    if (numbering_fault(filled).empty()) { chosen = filled, fault.clear(); }
  } else if (chosen.empty()) {
    chosen = of_style(heads, Head::Style::heading);
    if (chosen.empty()) { chosen = of_style(heads, Head::Style::plain); }
    if (chosen.empty()) { chosen = weakly_numbered(heads); }
    fault = numbering_fault(chosen);
  }
  if (!fault.empty()) {
    SplitResult result;
    result.dropped = fault;
    return result;
  }
  SplitResult result = cut_at(text, std::move(chosen));
  result.answer = std::move(answer);
  return at_least_two(std::move(result));
}

}  // namespace

SplitResult split_numbered(std::string_view raw) {
  return split_numbered_by(raw, Numerals::usual);
}

SplitResult split_roman(std::string_view raw) {
  return split_numbered_by(raw, Numerals::roman);
}

SplitResult split_lines(std::string_view raw) {
  SplitResult result;
  std::string held;
  std::string_view text = unix_lines(raw, held);
  result.answer = take_answer_line(text);
  result.steps.reserve(std::count(text.begin(), text.end(), '\n') + 1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    add_step(result, without_marks(python_strip(text.substr(0, end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return at_least_two(std::move(result));
}

namespace {

struct Splitter {
  std::string_view name;
  std::string_view used;  ///< the name that reports show
  SplitResult (*split)(std::string_view text);
};

SplitResult split_paragraphs(std::string_view text) {
  std::string held;
  return at_least_two(of_parts(paragraphs(unix_lines(text, held))));
}
SplitResult split_sentences(std::string_view text) {
  std::string held;
  return at_least_two(of_parts(sentences(unix_lines(text, held))));
}

SplitResult split_whole(std::string_view text) {
  std::string held;
  SplitResult result = of_parts({std::string(python_strip(unix_lines(text, held)))});
  if (result.steps.empty()) { result.dropped = "no_steps"; }
  return result;
}

SplitResult split_lines_if_answer(std::string_view text) {
  std::string held;
  if (answer_line(unix_lines(text, held)) != std::string_view::npos) { return split_lines(text); }
  SplitResult none;
  none.dropped = "no_steps";
  return none;
}

/// To add a splitter, add one function and one line here (docs/extending.md).
constexpr Splitter table[] = {
    {"numbered", "numbered", split_numbered},
    {"roman", "roman", split_roman},
    {"lines", "lines", split_lines},
    {"lines_if_answer", "lines", split_lines_if_answer},
    {"paragraphs", "paragraphs", split_paragraphs},
    {"sentences", "sentences", split_sentences},
    {"whole", "whole", split_whole},
};

}  // namespace

SplitResult split_steps(const std::string& name, std::string_view text, std::string& used) {
  for (const Splitter& splitter : table) {
    if (splitter.name != name) { continue; }
    used = splitter.used;
    return splitter.split(text);
  }
  throw Bug(cat("no splitter ", name));
}

std::vector<std::string> splitter_names() {
  std::vector<std::string> names;
  for (const Splitter& splitter : table) { names.emplace_back(splitter.name); }
  names.insert(names.end(), {"array", "agent"});
  return names;
}

}  // namespace srl::data_prep
