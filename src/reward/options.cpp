#include "reward/options.hpp"

namespace srl::reward {

void SimilarityOptions::visit(config::Visitor& v) {
  v.section("similarity");
  v.option("unit", unit, "what is compared: code points, words (str.split()) or the policy's token ids",
           config::Choices{{"char", "word", "token"}});
  v.option("autojunk", autojunk, "difflib's default: popular elements of b do not start a match; lowers rewards");
  v.option("order", order, "which text is SequenceMatcher's a", config::Choices{{"action_first", "expert_first"}});
  v.option("strip", strip, "outer white space (str.strip()) of both texts is dropped first", config::Choices{{"outer", "none"}});
}

}  // namespace srl::reward
