#pragma once
#include <cstdint>

#include "base/characters.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {

/// Remaining cost of a verdict, in evaluated nodes.
struct Budget {
  std::int64_t left = limits::evaluations;
  bool spend(std::int64_t amount = 1) { return (left -= amount) >= 0; }
  bool spent() const { return left < 0; }
};

/// FNV-1a with a final mix (Steele et al., splitmix64): the random value of a variable at a point depends
/// only on its name.
template <class Text>
std::uint64_t name_hash(const Text& name, std::uint64_t salt) {
  std::uint64_t hash = 0xcbf29ce484222325ull ^ (salt * 0x9E3779B97F4A7C15ull);
  for (const char c : name) { hash = (hash ^ byte_of(c)) * 0x100000001b3ull; }
  hash ^= hash >> 30;
  hash *= 0xbf58476d1ce4e5b9ull;
  hash ^= hash >> 27;
  hash *= 0x94d049bb133111ebull;
  return hash ^ (hash >> 31);
}

}  // namespace srl::grading
