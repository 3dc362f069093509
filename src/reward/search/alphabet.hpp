#pragma once
// Small dense codes for the symbols of one sequence, so that the searches compare bytes instead of code
// points.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace srl::reward {

/// The elements of a sequence: code points, numbers of words, or token ids.
using Symbols = std::vector<std::uint32_t>;

/// Symbols of the indexed sequence get codes 1, 2, … in order of first appearance; every other symbol gets 0.
/// Immutable once built.
class Alphabet {
 public:
  explicit Alphabet(std::span<const std::uint32_t> symbols);
  std::uint32_t size() const { return count_; }  ///< distinct symbols; the largest code
  std::uint32_t code(std::uint32_t symbol) const {
    return symbol < direct_.size() ? direct_[symbol] : code_of_rare(symbol);
  }

 private:
  std::uint32_t code_of_rare(std::uint32_t symbol) const;
  std::uint32_t& slot(std::uint32_t symbol);

  struct Entry {
    std::uint32_t symbol = 0, code = 0;
  };
  std::array<std::uint32_t, 128> direct_{};  // ASCII, and the small ids of words
  std::vector<Entry> table_;  // open addressing; size is a power of two, at most half full; code 0 = empty
  std::uint32_t count_ = 0, rare_ = 0;
};

}  // namespace srl::reward
