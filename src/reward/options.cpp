#include "reward/options.hpp"

namespace srl::reward {

void SimilarityOptions::visit(config::Visitor& v) {
  v.section("similarity");
  v.option(
      "unit", unit,
      "unit that is compared: Unicode code points, words (Python's str.split) or the policy's token ids");
  v.option("autojunk", autojunk,
           "difflib's autojunk rule: frequent elements of b start no match; it lowers rewards");
  v.option("order", order, "text that is SequenceMatcher's first argument");
  v.option("strip", strip,
           "white space removed before the comparison: outer applies Python's str.strip to both texts");
}

}  // namespace srl::reward
