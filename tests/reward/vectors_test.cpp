// The 639 pairs that CPython's own difflib judged: ratio bit for bit, matched elements and blocks, with and without autojunk.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.hpp"
#include "base/unicode.hpp"
#include "reward/similarity.hpp"

namespace srl::reward {
namespace {

std::filesystem::path vectors_file() {
  const char* const given = std::getenv("SRL_SHARED_DATA");
  const std::filesystem::path data = given != nullptr ? given : std::string(SRL_SOURCE_DIR) + "/../shared/data";
  return data / "vectors/sequence_matcher.jsonl";
}

std::vector<std::uint32_t> code_points(const Json& text) {
  const std::u32string decoded = decode_utf8_lossy(text.as_string());
  return {decoded.begin(), decoded.end()};
}

void expect_like(const Json& wanted, const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b, bool autojunk) {
  const std::vector<Block> blocks = matching_blocks(a, b, autojunk);
  const std::int64_t matched = matched_elements(a, b, autojunk);
  EXPECT_EQ(matched, wanted.at("M").as_integer());
  EXPECT_EQ(ratio(matched, static_cast<std::int64_t>(a.size() + b.size())), wanted.at("ratio").as_double());
  EXPECT_EQ(static_cast<std::int64_t>(blocks.size()), wanted.at("nblocks").as_integer());
  if (const Json* listed = wanted.find("blocks"); listed != nullptr && listed->is_array()) {
    ASSERT_EQ(listed->as_array().size(), blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const Json::Array& one = listed->as_array()[i].as_array();
      EXPECT_EQ(blocks[i], (Block{one[0].as_integer(), one[1].as_integer(), one[2].as_integer()}));
    }
  }
}

TEST(SequenceMatcherVectors, AllAgree) {
  std::ifstream file(vectors_file());
  if (!file) {
    GTEST_SKIP() << "no " << vectors_file() << " (set SRL_SHARED_DATA)";
  }
  int rows = 0;
  for (std::string line; std::getline(file, line); ++rows) {
    const Json row = Json::parse(line, "sequence_matcher.jsonl");
    SCOPED_TRACE(row.at("id").as_integer());
    const auto a = code_points(row.at("a")), b = code_points(row.at("b"));
    expect_like(row.at("autojunk"), a, b, true);
    expect_like(row.at("noautojunk"), a, b, false);
  }
  EXPECT_GE(rows, 600);
}

}  // namespace
}  // namespace srl::reward
