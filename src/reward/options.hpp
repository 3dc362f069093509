#pragma once
// Options of the similarity reward (docs/method.md, "Similarity").

#include "config/options.hpp"

namespace srl::reward {

enum class SimilarityUnit { character, word, token };
SRL_WORDS(SimilarityUnit, "char", "word", "token");

enum class SimilarityOrder { action_first, expert_first };
SRL_WORDS(SimilarityOrder, "action_first", "expert_first");

enum class Strip { outer, none };
SRL_WORDS(Strip, "outer", "none");

struct SimilarityOptions {
  SimilarityUnit unit = SimilarityUnit::character;
  bool autojunk = false;
  SimilarityOrder order = SimilarityOrder::action_first;  ///< which text is argument a of SequenceMatcher
  Strip strip = Strip::outer;
  void visit(config::Visitor& v);  ///< section "similarity"
};

}  // namespace srl::reward
