#include "text/tokenizer/bpe.hpp"

#include <array>
#include <bit>
#include <queue>

#include "base/characters.hpp"

namespace srl::text {
namespace {

constexpr std::size_t short_piece =
    64;  // bytes; above this, a heap is faster than repeated searches for the lowest rank
constexpr std::uint32_t no_rank = ~std::uint32_t{0};

std::uint64_t key_of(TokenId left, TokenId right) {
  const std::uint32_t high = left, low = right;
  return (std::uint64_t{high} << 32) | low;
}

}  // namespace

Bpe::Bpe(std::vector<TokenId> byte_ids, std::span<const Merge> merges) : byte_ids_(std::move(byte_ids)) {
  const std::size_t capacity = std::bit_ceil(2 * merges.size() + 2);
  slots_.resize(capacity);
  mask_ = capacity - 1;
  shift_ = 64 - std::countr_zero(capacity);
  for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
    const std::uint64_t pair = key_of(merges[rank].left, merges[rank].right);
    std::uint64_t at = (pair * 0x9E3779B97F4A7C15u) >> shift_;
    while (slots_[at].pair != ~std::uint64_t{0} && slots_[at].pair != pair) { at = (at + 1) & mask_; }
    slots_[at] = {pair, rank, merges[rank].result};
  }
}

const Bpe::Slot* Bpe::find(TokenId left, TokenId right) const {
  const std::uint64_t pair = key_of(left, right);
  for (std::uint64_t at = (pair * 0x9E3779B97F4A7C15u) >> shift_;; at = (at + 1) & mask_) {
    if (slots_[at].pair == pair) { return &slots_[at]; }
    if (slots_[at].pair == ~std::uint64_t{0}) { return nullptr; }
  }
}

void Bpe::encode(std::string_view piece, std::vector<TokenId>& ids) const {
  if (piece.size() <= short_piece) {
    encode_short(piece, ids);
  } else {
    encode_long(piece, ids);
  }
}

void Bpe::encode_short(std::string_view piece, std::vector<TokenId>& ids) const {
  std::array<TokenId, short_piece> symbols;
  std::array<std::uint32_t, short_piece> ranks;  // of the pair (i, i + 1)
  std::array<TokenId, short_piece> results;
  std::size_t count = 0;
  for (const char byte : piece) {
    if (const TokenId id = byte_ids_[byte_of(byte)]; id >= 0) { symbols[count++] = id; }
  }
  const auto look = [&](std::size_t i) {
    const Slot* slot = i + 1 < count ? find(symbols[i], symbols[i + 1]) : nullptr;
    ranks[i] = slot ? slot->rank : no_rank;
    results[i] = slot ? slot->result : 0;
  };
  for (std::size_t i = 0; i < count; ++i) { look(i); }
  while (count > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < count; ++i) {
      if (ranks[i] < ranks[best]) { best = i; }
    }
    if (ranks[best] == no_rank) { break; }
    symbols[best] = results[best];
    for (std::size_t i = best + 1; i + 1 < count; ++i) {
      symbols[i] = symbols[i + 1];
      ranks[i] = ranks[i + 1];
      results[i] = results[i + 1];
    }
    --count;
    look(best);
    if (best > 0) { look(best - 1); }
  }
  ids.insert(ids.end(), symbols.data(), symbols.data() + count);
}

void Bpe::encode_long(std::string_view piece, std::vector<TokenId>& ids) const {
  struct Symbol {
    TokenId id;  ///< -1 once it has been merged into the one before it
    std::int64_t previous, next;
  };
  struct Candidate {
    std::uint32_t rank;
    std::int64_t at;  ///< left symbol
    TokenId left, right, result;
    bool operator>(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : at > other.at;
    }
  };
  std::vector<Symbol> symbols;
  symbols.reserve(piece.size());
  for (const char byte : piece) {
    if (const TokenId id = byte_ids_[byte_of(byte)]; id >= 0) {
      const auto at = std::ssize(symbols);
      symbols.push_back({id, at - 1, at + 1});
    }
  }
  if (symbols.empty()) { return; }
  symbols.back().next = -1;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
  const auto symbol = [&](std::int64_t at) -> Symbol& { return symbols[at]; };
  const auto offer = [&](std::int64_t at) {
    if (at < 0 || symbol(at).next < 0) { return; }
    const TokenId left = symbol(at).id, right = symbol(symbol(at).next).id;
    if (const Slot* slot = find(left, right)) {
      candidates.push({slot->rank, at, left, right, slot->result});
    }
  };
  for (std::int64_t i = 0; i + 1 < std::ssize(symbols); ++i) { offer(i); }
  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    Symbol& left = symbol(best.at);
    if (left.id != best.left || left.next < 0 || symbol(left.next).id != best.right) {
      continue;  // one of the two symbols has been merged already
    }
    Symbol& right = symbol(left.next);
    left.id = best.result;
    right.id = -1;
    left.next = right.next;
    if (left.next >= 0) { symbol(left.next).previous = best.at; }
    offer(best.at);
    offer(left.previous);
  }
  for (std::int64_t at = 0; at >= 0; at = symbol(at).next) { ids.push_back(symbol(at).id); }
}

}  // namespace srl::text
