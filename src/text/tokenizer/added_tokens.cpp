#include "text/tokenizer/added_tokens.hpp"

#include <algorithm>

#include "base/characters.hpp"

namespace srl::text {
namespace {

char32_t last_code_point(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (continues_code_point(text[at])) { --at; }
  return code_point_at(text.data(), at).value;
}

}  // namespace

void AddedTokenFinder::add(const AddedToken& token) {
  if (token.content.empty()) { return; }
  std::int32_t* link = &root_[byte_of(token.content[0])];
  for (std::size_t i = 1;; ++i) {
    if (*link < 0) {
      *link = std::ssize(nodes_);
      nodes_.emplace_back();
    }
    Node& node = nodes_[*link];
    if (i == token.content.size()) {
      if (node.token < 0) {
        node.token = std::ssize(tokens_);
        tokens_.push_back({token.id, token.lstrip, token.rstrip, token.single_word});
      }
      return;
    }
    const char byte = token.content[i];
    auto place = std::lower_bound(node.children.begin(), node.children.end(), byte,
                                  [](const auto& child, char value) { return child.first < value; });
    if (place == node.children.end() || place->first != byte) {
      const std::int32_t child = std::ssize(nodes_);
      node.children.insert(place, {byte, child});
      nodes_.emplace_back();  // may move the nodes: find the link again
    }
    const std::int32_t parent = *link;
    auto& children = nodes_[parent].children;
    link = &std::lower_bound(children.begin(), children.end(), byte, [](const auto& child, char value) {
              return child.first < value;
            })->second;
  }
}

std::pair<std::int32_t, std::size_t> AddedTokenFinder::longest_at(std::string_view text,
                                                                  std::size_t at) const {
  std::pair<std::int32_t, std::size_t> best{-1, at};
  std::int32_t current = root_[byte_of(text[at])];
  while (current >= 0) {
    const Node& node = nodes_[current];
    ++at;
    if (node.token >= 0) { best = {node.token, at}; }
    if (at == text.size()) { break; }
    const auto child = std::lower_bound(node.children.begin(), node.children.end(), text[at],
                                        [](const auto& item, char value) { return item.first < value; });
    current = child != node.children.end() && child->first == text[at] ? child->second : -1;
  }
  return best;
}

void AddedTokenFinder::split(std::string_view text, const std::function<void(std::string_view)>& on_text,
                             const std::function<void(TokenId)>& on_token) const {
  std::size_t done = 0;  // the text before this position has been reported
  for (std::size_t at = 0; at < text.size();) {
    if (root_[byte_of(text[at])] < 0) {
      ++at;
      continue;
    }
    const auto [index, match_end] = longest_at(text, at);
    if (index < 0) {
      ++at;
      continue;
    }
    const Flags& token = tokens_[index];
    std::size_t begin = at, end = match_end;
    at = match_end;
    if (token.single_word) {
      const bool word_before = begin > 0 && is_word_character(last_code_point(text.substr(0, begin)));
      const bool word_after = end < text.size() && is_word_character(code_point_at(text.data(), end).value);
      if (word_before || word_after) { continue; }
    }
    if (token.lstrip) {
      while (begin > done) {
        std::size_t previous = begin - 1;
        while (previous > done && continues_code_point(text[previous])) { --previous; }
        if (!is_space_character(code_point_at(text.data(), previous).value)) { break; }
        begin = previous;
      }
    }
    if (token.rstrip) {
      while (end < text.size()) {
        const CodePoint c = code_point_at(text.data(), end);
        if (!is_space_character(c.value)) { break; }
        end += c.bytes;
      }
    }
    if (begin > done) { on_text(text.substr(done, begin - done)); }
    on_token(token.id);
    done = end;
  }
  if (done < text.size()) { on_text(text.substr(done)); }
}

}  // namespace srl::text
