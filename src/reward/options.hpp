#pragma once
// Options of the similarity reward (docs/method.md, "Similarity").

#include "config/options.hpp"

namespace srl::reward {

enum class SimilarityUnit { character, word, token };
constexpr auto words_of(SimilarityUnit) {
  return words<SimilarityUnit>({{"char", SimilarityUnit::character},
                                {"word", SimilarityUnit::word},
                                {"token", SimilarityUnit::token}});
}

enum class SimilarityOrder { action_first, expert_first };
constexpr auto words_of(SimilarityOrder) {
  return words<SimilarityOrder>(
      {{"action_first", SimilarityOrder::action_first}, {"expert_first", SimilarityOrder::expert_first}});
}

enum class Strip { outer, none };
constexpr auto words_of(Strip) {
  return words<Strip>({{"outer", Strip::outer}, {"none", Strip::none}});
}

struct SimilarityOptions {
  SimilarityUnit unit = SimilarityUnit::character;
  bool autojunk = false;
  SimilarityOrder order = SimilarityOrder::action_first;  ///< which text is argument a of SequenceMatcher
  Strip strip = Strip::outer;
  void visit(config::Visitor& v);  ///< section "similarity"
};

}  // namespace srl::reward
