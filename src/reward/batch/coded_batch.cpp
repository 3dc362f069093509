#include "reward/batch/coded_batch.hpp"

#include <algorithm>

#include "reward/search/matcher.hpp"

namespace srl::reward {
namespace {

constexpr std::uint32_t largest_code = 65535;

std::int64_t append(std::vector<std::uint16_t>& codes, const Alphabet& alphabet, const Symbols& symbols,
                    std::uint32_t code_of_unknown) {
  const std::int64_t begin = std::ssize(codes);
  for (const std::uint32_t symbol : symbols) {
    const std::uint32_t code = alphabet.code(symbol);
    codes.push_back(code == 0 ? code_of_unknown : code);
  }
  return begin;
}

// Appends a copy of the b at `begin` in which popular elements match nothing. Returns `begin` when there are
// no popular elements.
std::int64_t append_searched(std::vector<std::uint16_t>& codes, std::int64_t begin, std::size_t length,
                             std::uint32_t alphabet) {
  if (length < autojunk_minimum) { return begin; }
  std::vector<std::uint32_t> counts(alphabet + 2, 0);
  for (std::size_t i = 0; i < length; ++i) { ++counts[codes[begin + i]]; }
  counts[alphabet + 1] = 0;  // elements that are not in a match nothing in any case
  if (*std::max_element(counts.begin(), counts.end()) <= popular_count(length)) { return begin; }
  const std::int64_t copy = std::ssize(codes);
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint16_t code = codes[begin + i];
    codes.push_back(counts[code] > popular_count(length) ? alphabet + 1 : code);
  }
  return copy;
}

}  // namespace

bool CodedBatch::add(const Symbols& target, std::span<const Symbols> actions, bool target_is_a,
                     bool autojunk) {
  const Alphabet alphabet(target);
  if (alphabet.size() + 1 > largest_code) { return false; }
  const std::int64_t target_at = append(codes_, alphabet, target, 0);
  const std::int64_t searched_target =
      autojunk && !target_is_a ? append_searched(codes_, target_at, target.size(), alphabet.size())
                               : target_at;
  const std::int32_t target_size = std::ssize(target);
  for (const Symbols& action : actions) {
    const std::int32_t action_size = std::ssize(action);
    const std::int64_t action_at = append(codes_, alphabet, action, target_is_a ? alphabet.size() + 1 : 0);
    if (target_is_a) {
      const std::int64_t searched =
          autojunk ? append_searched(codes_, action_at, action.size(), alphabet.size()) : action_at;
      pairs_.push_back({target_at, action_at, searched, target_size, action_size});
    } else {
      pairs_.push_back({action_at, target_at, searched_target, action_size, target_size});
    }
  }
  return true;
}

}  // namespace srl::reward
