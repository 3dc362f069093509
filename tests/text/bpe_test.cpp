// Merging equals the definition: repeatedly merge the leftmost pair of the lowest rank.
#include "text/tokenizer/bpe.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace {

using srl::text::Bpe;
using srl::text::Merge;
using srl::text::TokenId;
using Ids = std::vector<TokenId>;

Ids by_definition(const std::vector<Merge>& merges, const std::string& piece) {
  std::map<std::pair<TokenId, TokenId>, std::size_t> ranks;
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    ranks[{merges[rank].left, merges[rank].right}] = rank;
  }
  Ids ids(piece.begin(), piece.end());
  while (true) {
    std::size_t best = ids.size(), best_rank = merges.size();
    for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
      const auto found = ranks.find({ids[i], ids[i + 1]});
      if (found != ranks.end() && found->second < best_rank) { best = i, best_rank = found->second; }
    }
    if (best == ids.size()) { return ids; }
    ids[best] = merges[best_rank].result;
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

/// A random table over three letters, in which many pieces can be merged in several ways. Equal texts have
/// equal ids.
std::vector<Merge> random_merges(std::mt19937& random) {
  std::map<std::string, TokenId> ids = {{"a", 'a'}, {"b", 'b'}, {"c", 'c'}};
  std::vector<std::string> texts = {"a", "b", "c"};
  std::map<std::pair<TokenId, TokenId>, bool> seen;
  std::vector<Merge> merges;
  for (int i = 0; i < 60; ++i) {
    const std::string left = texts[random() % texts.size()], right = texts[random() % texts.size()],
                      result = left + right;
    if (result.size() > 12 || seen[{ids[left], ids[right]}]) { continue; }
    seen[{ids[left], ids[right]}] = true;
    if (!ids.contains(result)) {
      const auto next = static_cast<TokenId>(1000 + ids.size());
      ids[result] = next;
      texts.push_back(result);
    }
    merges.push_back({ids[left], ids[right], ids[result]});
  }
  return merges;
}

TEST(Bpe, ShortAndLongPiecesFollowTheDefinition) {
  std::mt19937 random(3);
  Ids byte_ids(256);
  for (int byte = 0; byte < 256; ++byte) { byte_ids[byte] = byte; }
  for (int table = 0; table < 40; ++table) {
    const std::vector<Merge> merges = random_merges(random);
    const Bpe bpe(byte_ids, merges);
    for (const std::size_t length : {0u, 1u, 2u, 7u, 40u, 64u, 65u, 200u, 500u}) {
      std::string piece(length, 'a');
      for (char& c : piece) { c = static_cast<char>('a' + random() % 3); }
      Ids ids;
      bpe.encode(piece, ids);
      ASSERT_EQ(ids, by_definition(merges, piece)) << piece;
    }
  }
}

TEST(Bpe, ALongPieceTakesNoMoreThanAMomentOfTime) {
  Ids byte_ids(256, 'a');
  const std::vector<Merge> merges = {{'a', 'a', 256}, {256, 256, 257}, {257, 257, 258}};
  Ids ids;
  Bpe(byte_ids, merges).encode(std::string(1 << 20, 'a'), ids);  // quadratic time would take hours
  EXPECT_EQ(ids.size(), std::size_t{1} << 17);
}

}  // namespace
