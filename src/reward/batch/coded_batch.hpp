#pragma once
// A batch as input for the lanes: one array of codes, and pairs that point into it.
#include <cstdint>
#include <span>
#include <vector>

#include "device/span.hpp"
#include "device/stream.hpp"
#include "reward/batch/pair_matching.hpp"
#include "reward/search/alphabet.hpp"

namespace srl::reward {

/// Pairs with indices into `codes` instead of pointers.
struct PlacedPair {
  std::int64_t a = 0, b = 0, searched_b = 0;
  std::int32_t a_size = 0, b_size = 0;
  SRL_HOST_DEVICE CodedPair on(const std::uint16_t* codes) const {
    return {codes + a, codes + b, codes + searched_b, a_size, b_size};
  }
};

class CodedBatch {
 public:
  /// Adds the pairs (action, target) in order. `target_is_a` and `autojunk` have the meaning of
  /// SequenceMatcher. Returns false and adds nothing when the target has more distinct elements than 16-bit
  /// codes.
  bool add(const Symbols& target, std::span<const Symbols> actions, bool target_is_a, bool autojunk);

  std::size_t size() const { return pairs_.size(); }
  std::size_t bytes() const { return codes_.size() * sizeof(std::uint16_t) + pairs_.size() * bytes_per_pair; }
  /// Largest number of bytes that add() needs for the codes of a target or an action.
  static std::size_t bytes_of_codes(std::size_t elements) { return 2 * sizeof(std::uint16_t) * elements; }
  static constexpr std::size_t bytes_per_pair = sizeof(PlacedPair) + sizeof(std::int64_t);

  const std::vector<PlacedPair>& pairs() const { return pairs_; }
  const std::vector<std::uint16_t>& codes() const { return codes_; }

 private:
  std::vector<PlacedPair> pairs_;
  std::vector<std::uint16_t> codes_;
};

/// Matched elements of every pair, computed on the stream's GPU; pair_given_up for pairs that cost too much.
/// Waits for the stream. `workspace` is memory of that GPU: at least batch.bytes(), aligned to 8 bytes.
std::vector<std::int64_t> matched_on_gpu(const CodedBatch& batch, const device::Stream& stream,
                                         device::Span<std::byte> workspace);

}  // namespace srl::reward
