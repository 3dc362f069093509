#include "reward/format.hpp"

#include "base/unicode.hpp"

namespace srl::reward {
namespace {

constexpr std::string_view open_tag = "<think>", close_tag = "</think>", open_solution = "<solution>",
                           close_solution = "</solution>";

// First position of a tag, and how often it occurs.
struct Places {
  std::size_t first = std::string_view::npos;
  std::size_t count = 0;
  void add(std::size_t at) {
    first = count == 0 ? at : first;
    ++count;
  }
};

struct Tags {
  Places open, close, open_solution, close_solution;
};

// One pass over the text; only '<' can start a tag.
Tags find_tags(std::string_view text) {
  Tags tags;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(open_tag)) {
      tags.open.add(at);
    } else if (rest.starts_with(close_tag)) {
      tags.close.add(at);
    } else if (rest.starts_with(open_solution)) {
      tags.open_solution.add(at);
    } else if (rest.starts_with(close_solution)) {
      tags.close_solution.add(at);
    }
  }
  return tags;
}

FormatError check_thought_tags(const Tags& tags) {
  if (tags.open.count == 0) { return FormatError::missing_open; }
  if (tags.close.count == 0) { return FormatError::missing_close; }
  if (tags.open.count > 1 || tags.close.count > 1) { return FormatError::repeated_tag; }
  return tags.close.first < tags.open.first ? FormatError::wrong_order : FormatError::none;
}

ParsedCompletion wrong(FormatError error) {
  return {error, {}, {}};
}

}  // namespace

ParsedCompletion parse_completion(std::string_view text, bool solution_tags, Strip strip) {
  const Tags tags = find_tags(text);
  if (const FormatError error = check_thought_tags(tags); error != FormatError::none) { return wrong(error); }
  if (!python_strip(text.substr(0, tags.open.first)).empty()) { return wrong(FormatError::text_before); }
  const std::size_t thought_begin = tags.open.first + open_tag.size(),
                    action_begin = tags.close.first + close_tag.size();
  const std::string_view thought = python_strip(text.substr(thought_begin, tags.close.first - thought_begin));
  std::string_view action = text.substr(action_begin);
  if (thought.empty()) { return wrong(FormatError::empty_thought); }
  if (solution_tags) {
    if (tags.open_solution.count == 0 || tags.close_solution.count == 0) {
      return wrong(FormatError::missing_solution_tag);
    }
    if (tags.open_solution.count > 1 || tags.close_solution.count > 1) {
      return wrong(FormatError::repeated_tag);
    }
    if (tags.open_solution.first < action_begin || tags.close_solution.first < tags.open_solution.first) {
      return wrong(FormatError::wrong_order);
    }
    const std::size_t inside = tags.open_solution.first + open_solution.size();
    if (!python_strip(text.substr(action_begin, tags.open_solution.first - action_begin)).empty()) {
      return wrong(FormatError::text_before);
    }
    action = text.substr(inside, tags.close_solution.first - inside);
  }
  const std::string_view stripped = python_strip(action);
  if (stripped.empty()) { return wrong(FormatError::empty_action); }
  if (strip == Strip::outer) { action = stripped; }
  return {FormatError::none, std::string(thought), std::string(action)};
}

}  // namespace srl::reward
