#include "text/contamination.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/characters.hpp"
#include "base/checksum.hpp"
#include "text/normalised_question.hpp"

namespace srl::text {
namespace {

/// A word is a run of letters, digits and characters outside ASCII; everything else separates words.
bool of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte_of(c) >= 0x80;
}

std::vector<std::uint64_t> word_hashes(std::string_view normalised) {
  std::vector<std::uint64_t> words;
  for (std::size_t i = 0; i < normalised.size();) {
    if (!of_word(normalised[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < normalised.size() && of_word(normalised[i])) { ++i; }
    words.push_back(xxh3_64(normalised.substr(begin, i - begin)));
  }
  return words;
}

/// Calls `visit` with each key of a question until it returns true; returns whether it did. Questions overlap
/// when they have a key in common: one for all its words, and one for each run of `count` of them.
template <class Visit>
bool any_key(std::string_view normalised, std::size_t count, const Visit& visit) {
  constexpr std::uint64_t whole = 1, run = 0;  // seeds
  const std::vector<std::uint64_t> words = word_hashes(normalised);
  const auto key = [&](std::size_t first, std::size_t size, std::uint64_t seed) {
    return xxh3_64({reinterpret_cast<const char*>(words.data() + first), size * sizeof(std::uint64_t)}, seed);
  };
  if (words.empty()) { return false; }
  if (visit(key(0, words.size(), whole))) { return true; }
  for (std::size_t i = 0; i + count <= words.size(); ++i) {
    if (visit(key(i, count, run))) { return true; }
  }
  return false;
}

}  // namespace

void Contamination::add(std::string_view question) {
  any_key(normalised_question(question), words_, [&](std::uint64_t key) {
    keys_.insert(key);
    return false;
  });
}

bool Contamination::contains(std::string_view normalised) const {
  return any_key(normalised, words_, [&](std::uint64_t key) { return keys_.contains(key); });
}

void Overlaps::add(std::string_view question) {
  any_key(normalised_question(question), words_, [&](std::uint64_t key) {
    names_.emplace(key, unseen);
    return false;
  });
}

bool Overlaps::see(std::string_view question, std::uint32_t name) {
  bool added = false;
  any_key(normalised_question(question), words_, [&](std::uint64_t key) {
    const auto found = names_.find(key);
    if (found != names_.end() && found->second == unseen) {
      found->second = name;
      added = true;
    }
    return false;
  });
  return added;
}

std::optional<std::uint32_t> Overlaps::first(std::string_view question) const {
  std::uint32_t name = unseen;
  any_key(normalised_question(question), words_, [&](std::uint64_t key) {
    const auto found = names_.find(key);
    if (found != names_.end()) { name = std::min(name, found->second); }
    return false;
  });
  return name == unseen ? std::nullopt : std::optional(name);
}

}  // namespace srl::text
