#include "data_prep/row/thoughts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/characters.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

struct Pair {
  std::string open, close;
  bool lone = true;  ///< the closing mark alone ends a thought too
};

using Names = std::initializer_list<std::string>;

/// `<NAME>` … `</NAME>` of the tags, `<|begin_of_NAME|>` … `<|end_of_NAME|>` of the parts, and the others.
std::vector<Pair> pairs_of(Names tags, Names parts, std::vector<Pair> others) {
  for (const std::string& tag : tags) { others.push_back({"<" + tag + ">", "</" + tag + ">"}); }
  for (const std::string& part : parts) {
    others.push_back({"<|begin_of_" + part + "|>", "<|end_of_" + part + "|>"});
  }
  return others;
}

/// Marks of thoughts, in lower case.
const std::vector<Pair>& thoughts() {
  static const std::vector<Pair> pairs =
      pairs_of({"think", "thinking", "thought", "thoughts", "reasoning", "seed:think", "scratchpad"},
               {"thought", "reasoning"},
               {{"<|thinking|>", "<|/thinking|>"},
                {"<|start_thinking|>", "<|end_thinking|>"},
                {"[think]", "[/think]"},
                {"◁think▷", "◁/think▷"},
                {"<|channel|>analysis<|message|>", "<|end|>", false}});
  return pairs;
}

/// Marks around solutions.
const std::vector<Pair>& solutions() {
  static const std::vector<Pair> pairs = pairs_of({"answer", "solution"}, {"solution", "answer"},
                                                  {{"<|start_response|>", "<|end_response|>"},
                                                   {"<|channel|>final<|message|>", "<|return|>"},
                                                   {"<|start|>assistant", "<|im_end|>"}});
  return pairs;
}

struct FoundMark {
  enum class Kind {
    opens,
    closes,
    frame  ///< a mark around the solution
  } kind;
  std::size_t bytes, pair;
};

/// Which bytes, in lower case, are second in a mark. Most `<` of a text begin no mark, and this tells it at
/// once.
const std::array<bool, 256>& second_bytes() {
  static const std::array<bool, 256> bytes = [] {
    std::array<bool, 256> found{};
    for (const std::vector<Pair>* pairs : {&thoughts(), &solutions()}) {
      for (const Pair& pair : *pairs) {
        for (const std::string* mark : {&pair.open, &pair.close}) { found[byte_of((*mark)[1])] = true; }
      }
    }
    return found;
  }();
  return bytes;
}

/// The mark at the start of the text.
std::optional<FoundMark> mark_at(std::string_view text) {
  if (text.size() < 2 || !second_bytes()[byte_of(ascii_lower(text[1]))]) { return std::nullopt; }
  for (std::size_t i = 0; i < thoughts().size(); ++i) {
    const Pair& pair = thoughts()[i];
    if (starts_with_ignoring_case(text, pair.open)) {
      return FoundMark{FoundMark::Kind::opens, pair.open.size(), i};
    }
    if (starts_with_ignoring_case(text, pair.close)) {
      return FoundMark{FoundMark::Kind::closes, pair.close.size(), i};
    }
  }
  for (const Pair& pair : solutions()) {
    if (starts_with_ignoring_case(text, pair.open)) {
      return FoundMark{FoundMark::Kind::frame, pair.open.size(), 0};
    }
    if (starts_with_ignoring_case(text, pair.close)) {
      return FoundMark{FoundMark::Kind::frame, pair.close.size(), 0};
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

}  // namespace

std::optional<Thought> marked_thought(std::string_view text) {
  Thought result;
  std::size_t pair = 0, from = 0;  // `from`: where the present part begins
  int depth = 0;
  NextOf<3> next(text, {'<', '[', '\xE2'});
  for (std::size_t at = next.at_or_after(0); at < text.size(); at = next.at_or_after(at)) {
    const std::optional<FoundMark> mark = mark_at(text.substr(at));
    if (!mark || in_backticks(text, at, mark->bytes)) {
      ++at;
      continue;
    }
    const std::size_t end = at + mark->bytes;
    const std::string_view part = text.substr(from, at - from);
    if (depth > 0) {
      // Inside a thought only marks of its own kind count.
      if (mark->kind != FoundMark::Kind::frame && mark->pair == pair) {
        depth += mark->kind == FoundMark::Kind::opens ? 1 : -1;
        if (depth == 0) {
          add_part(result.thought, part);
          from = end;
        }
      }
    } else {
      result.marked = true;
      if (mark->kind == FoundMark::Kind::closes && !thoughts()[mark->pair].lone) {
        add_part(result.rest, part);
      } else if (mark->kind ==
                 FoundMark::Kind::closes) {  // opened in the prompt: all text before it is the thought
        add_part(result.thought, result.rest);
        add_part(result.thought, part);
        result.rest.clear();
      } else {
        add_part(result.rest, part);
        depth = mark->kind == FoundMark::Kind::opens ? 1 : 0;
        pair = mark->pair;
      }
      from = end;
    }
    at = end;
  }
  if (!result.marked) { return std::nullopt; }
  result.open = depth > 0;
  add_part(result.open ? result.thought : result.rest, text.substr(std::min(from, text.size())));
  return result;
}

Thought take_thought(std::string_view text) {
  std::optional<Thought> marked = marked_thought(text);
  return marked ? std::move(*marked) : Thought{"", std::string(text)};
}

}  // namespace srl::data_prep
