#pragma once
// Byte-pair encoding (Sennrich et al. 2016) over bytes: the pair of neighbours with the lowest rank is merged
// first; of equal pairs, the leftmost. Read-only once built, so any number of threads may encode.
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace srl::text {

using TokenId = std::int32_t;

struct Merge {
  TokenId left, right, result;  ///< rank = position in the list
};

class Bpe {
 public:
  /// byte_ids [256]: id of each byte's token, -1 = the byte is dropped. If a pair occurs twice in `merges`,
  /// the later one counts.
  Bpe(std::vector<TokenId> byte_ids, std::span<const Merge> merges);
  /// Appends the ids of one piece.
  void encode(std::string_view piece, std::vector<TokenId>& ids) const;

 private:
  struct Slot {
    std::uint64_t pair = ~std::uint64_t{0};
    std::uint32_t rank = 0;
    TokenId result = 0;
  };
  const Slot* find(TokenId left, TokenId right) const;
  void encode_short(std::string_view piece, std::vector<TokenId>& ids) const;
  void encode_long(std::string_view piece, std::vector<TokenId>& ids) const;

  std::vector<TokenId> byte_ids_;
  std::vector<Slot> slots_;  ///< open addressing, a power of two, at most half full
  std::uint64_t mask_ = 0;
  int shift_ = 0;
};

}  // namespace srl::text
