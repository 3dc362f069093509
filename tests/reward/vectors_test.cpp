// The results of CPython's difflib for 639 pairs: the ratio bit for bit, the matched elements and the blocks,
// with and without autojunk.
#include "reward/vectors.hpp"

#include <gmock/gmock.h>

namespace srl::reward {
namespace {

void expect_like(const Json& wanted, const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b,
                 bool autojunk) {
  const std::vector<Block> blocks = matching_blocks(a, b, autojunk);
  const std::int64_t matched = matched_elements(a, b, autojunk);
  EXPECT_EQ(matched, wanted.at("M").as_integer());
  EXPECT_EQ(ratio(matched, static_cast<std::int64_t>(a.size() + b.size())), wanted.at("ratio").as_double());
  EXPECT_EQ(std::ssize(blocks), wanted.at("nblocks").as_integer());
  if (const Json* listed = wanted.find("blocks"); listed != nullptr && listed->is_array()) {
    ASSERT_EQ(listed->as_array().size(), blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const Json::Array& one = listed->as_array()[i].as_array();
      EXPECT_EQ(blocks[i], (Block{one[0].as_integer(), one[1].as_integer(), one[2].as_integer()}));
    }
  }
}

TEST(SequenceMatcherVectors, AllAgree) {
  const std::vector<testing::Vector> vectors = testing::sequence_matcher_vectors();
  if (vectors.empty()) { GTEST_SKIP() << "no " << testing::vectors_file() << " (set SRL_SHARED_DATA)"; }
  for (const testing::Vector& vector : vectors) {
    SCOPED_TRACE(vector.id);
    expect_like(vector.row.at("autojunk"), vector.a, vector.b, true);
    expect_like(vector.row.at("noautojunk"), vector.a, vector.b, false);
  }
  EXPECT_GE(vectors.size(), 600u);
}

}  // namespace
}  // namespace srl::reward
