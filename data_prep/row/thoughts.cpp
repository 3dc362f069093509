#include "data_prep/row/thoughts.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/characters.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

struct Pair {
  std::string_view open, close;
  bool lone = true;  ///< the closing mark alone ends a thought too
};
constexpr std::array<Pair, 14> thoughts{{{"<think>", "</think>"},
                                         {"<thinking>", "</thinking>"},
                                         {"<thought>", "</thought>"},
                                         {"<thoughts>", "</thoughts>"},
                                         {"<reasoning>", "</reasoning>"},
                                         {"<|begin_of_thought|>", "<|end_of_thought|>"},
                                         {"<|begin_of_reasoning|>", "<|end_of_reasoning|>"},
                                         {"<seed:think>", "</seed:think>"},
                                         {"<scratchpad>", "</scratchpad>"},
                                         {"<|thinking|>", "<|/thinking|>"},
                                         {"<|start_thinking|>", "<|end_thinking|>"},
                                         {"<|channel|>analysis<|message|>", "<|end|>", false},
                                         {"[think]", "[/think]"},
                                         {"◁think▷", "◁/think▷"}}};
constexpr std::array<Pair, 7> solutions{{{"<|begin_of_solution|>", "<|end_of_solution|>"},
                                         {"<|begin_of_answer|>", "<|end_of_answer|>"},
                                         {"<answer>", "</answer>"},
                                         {"<solution>", "</solution>"},
                                         {"<|start_response|>", "<|end_response|>"},
                                         {"<|channel|>final<|message|>", "<|return|>"},
                                         {"<|start|>assistant", "<|im_end|>"}}};

bool starts_with(std::string_view text, std::string_view mark) {
  return text.size() >= mark.size() && std::equal(mark.begin(), mark.end(), text.begin(), [](char m, char c) {
           return m == ascii_lower(c);
         });
}

struct Mark {
  enum class Kind {
    opens,
    closes,
    frame  ///< a mark around the solution
  } kind;
  std::size_t bytes, pair;
};

/// The mark at the start of the text.
std::optional<Mark> mark_at(std::string_view text) {
  for (std::size_t i = 0; i < thoughts.size(); ++i) {
    if (starts_with(text, thoughts[i].open)) { return Mark{Mark::Kind::opens, thoughts[i].open.size(), i}; }
    if (starts_with(text, thoughts[i].close)) {
      return Mark{Mark::Kind::closes, thoughts[i].close.size(), i};
    }
  }
  for (std::size_t i = 0; i < solutions.size(); ++i) {
    for (const std::string_view mark : {solutions[i].open, solutions[i].close}) {
      if (starts_with(text, mark)) { return Mark{Mark::Kind::frame, mark.size(), i}; }
    }
  }
  return std::nullopt;
}

bool in_backticks(std::string_view text, std::size_t at, std::size_t bytes) {
  return at > 0 && text[at - 1] == '`' && at + bytes < text.size() && text[at + bytes] == '`';
}

void add_part(std::string& to, std::string_view part) {
  part = python_strip(part);
  if (part.empty()) { return; }
  if (!to.empty()) { to += "\n\n"; }
  to += part;
}

/// Position of the next byte that may begin a mark.
std::size_t next_mark(std::string_view text, std::size_t from) {
  while (from < text.size() && text[from] != '<' && text[from] != '[' && text[from] != '\xE2') { ++from; }
  return from;
}

}  // namespace

Thought take_thought(std::string_view text) {
  Thought result;
  std::size_t pair = 0, from = 0;  // `from`: where the present part begins
  int depth = 0;
  for (std::size_t at = next_mark(text, 0); at < text.size(); at = next_mark(text, at)) {
    const std::optional<Mark> mark = mark_at(text.substr(at));
    if (!mark || in_backticks(text, at, mark->bytes)) {
      ++at;
      continue;
    }
    const std::size_t end = at + mark->bytes;
    const std::string_view part = text.substr(from, at - from);
    if (depth > 0) {
      // Inside a thought only marks of its own kind count.
      if (mark->kind != Mark::Kind::frame && mark->pair == pair) {
        depth += mark->kind == Mark::Kind::opens ? 1 : -1;
        if (depth == 0) {
          add_part(result.thought, part);
          from = end;
        }
      }
    } else {
      result.marked = true;
      if (mark->kind == Mark::Kind::closes && !thoughts[mark->pair].lone) {
        add_part(result.rest, part);
      } else if (mark->kind == Mark::Kind::closes) {  // opened in the prompt: all that stands before is the thought
        add_part(result.thought, result.rest);
        add_part(result.thought, part);
        result.rest.clear();
      } else {
        add_part(result.rest, part);
        depth = mark->kind == Mark::Kind::opens ? 1 : 0;
        pair = mark->pair;
      }
      from = end;
    }
    at = end;
  }
  result.open = depth > 0;
  if (!result.marked) {
    result.rest = std::string(text);
  } else {
    add_part(result.open ? result.thought : result.rest, text.substr(std::min(from, text.size())));
  }
  return result;
}

}  // namespace srl::data_prep
