#pragma once
// Options of the similarity reward (docs/method.md, "Similarity").
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::reward {

struct SimilarityOptions {
  std::string unit = "char";            ///< char | word | token
  bool autojunk = false;
  std::string order = "action_first";   ///< action_first | expert_first: which is SequenceMatcher's a
  std::string strip = "outer";          ///< outer | none
  void visit(config::Visitor& v);       ///< section "similarity"
};

}  // namespace srl::reward
