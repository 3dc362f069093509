#pragma once
// Options of the similarity reward (docs/method.md, "Similarity").

#include "config/options.hpp"

namespace srl::reward {

/// What the two texts are sequences of; token = ids of the policy's tokenizer.
enum class SimilarityUnit { character, word, token };
SRL_WORDS(SimilarityUnit, "char", "word", "token");

/// Which text is argument a of SequenceMatcher: the ratio depends on the order.
enum class SimilarityOrder { action_first, expert_first };
SRL_WORDS(SimilarityOrder, "action_first", "expert_first");

/// Blanks that are removed before the comparison.
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
