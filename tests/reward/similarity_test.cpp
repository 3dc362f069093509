// Similarities equal values printed by CPython 3.11's difflib. Also tests the options of
// docs/method.md, "Similarity".
#include "reward/similarity.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/unicode.hpp"
#include "reward/difflib_port.hpp"

namespace srl::reward {
namespace {

std::vector<std::uint32_t> code_points(std::string_view text) {
  const std::u32string decoded = decode_utf8_lossy(text);
  return {decoded.begin(), decoded.end()};
}

struct Case {
  std::string a, b;
  double ratio;
  std::vector<Block> blocks;
};

// ratio().hex() and get_matching_blocks() of difflib.SequenceMatcher(None, a, b, autojunk=False).
const std::vector<Case> printed_by_cpython = {
    {"", "", 0x1.0000000000000p+0, {{0, 0, 0}}},
    {"", "abc", 0x0.0p+0, {{0, 3, 0}}},
    {"abcd", "bcde", 0x1.8000000000000p-1, {{1, 0, 3}, {4, 4, 0}}},
    {"private Thread currentThread;",
     "private volatile Thread currentThread;",
     0x1.bb39503d22635p-1,
     {{0, 0, 6}, {6, 15, 23}, {29, 38, 0}}},
    {"ab", "acab", 0x1.5555555555555p-1, {{0, 2, 2}, {2, 4, 0}}},
    {" abcd", "abcd abcd", 0x1.6db6db6db6db7p-1, {{0, 4, 5}, {5, 9, 0}}},
    {"qabxcd", "abycdf", 0x1.5555555555555p-1, {{1, 0, 2}, {4, 3, 2}, {6, 6, 0}}},
    {"Step 3. **Factor** x^2-1=(x-1)(x+1)",
     "3. **Factor the square** x^2 - 1 = (x - 1)(x + 1)",
     0x1.6db6db6db6db7p-1,
     {{5, 0, 11},
      {16, 22, 6},
      {22, 29, 1},
      {23, 31, 1},
      {24, 33, 1},
      {25, 35, 2},
      {27, 38, 1},
      {28, 40, 4},
      {32, 45, 1},
      {33, 47, 2},
      {35, 49, 0}}},
    {"日本語のテキスト",
     "日本のテクスト",
     0x1.999999999999ap-1,
     {{0, 0, 2}, {3, 2, 2}, {6, 5, 2}, {8, 7, 0}}},
    {"e\u0301a", "\u00e9a", 0x1.999999999999ap-2, {{2, 1, 1}, {3, 2, 0}}},
    {"😀😃😄", "😄😀😃", 0x1.5555555555555p-1, {{0, 1, 2}, {3, 3, 0}}},
    {"tide", "diet", 0x1.0000000000000p-2, {{0, 3, 1}, {4, 4, 0}}},
    {"diet", "tide", 0x1.0000000000000p-1, {{0, 2, 1}, {2, 3, 1}, {4, 4, 0}}},
};

TEST(Similarity, EqualsWhatCPythonPrints) {
  for (const Case& c : printed_by_cpython) {
    SCOPED_TRACE(c.a);
    const auto a = code_points(c.a), b = code_points(c.b);
    EXPECT_EQ(matching_blocks(a, b, false), c.blocks);
    EXPECT_EQ(ratio(matched_elements(a, b, false), static_cast<std::int64_t>(a.size() + b.size())), c.ratio);
    EXPECT_EQ(testing::DifflibPort(a, b, false).matching_blocks(), c.blocks);
  }
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int k = 0; k < times; ++k) { out += text; }
  return out;
}

TEST(Similarity, AutojunkEqualsWhatCPythonPrints) {
  const std::string a = repeated("ab", 40) + repeated("x", 60) + repeated("abc", 50);
  const std::string b = repeated("abc", 70) + repeated("x", 30) + repeated("ab", 60);
  const auto a_points = code_points(a), b_points = code_points(b);
  EXPECT_EQ(ratio(matched_elements(a_points, b_points, true), 650), 0x1.934c67f9b2ce6p-8);
  EXPECT_EQ(matching_blocks(a_points, b_points, true), (std::vector<Block>{{0, 0, 2}, {290, 360, 0}}));
  EXPECT_EQ(ratio(matched_elements(a_points, b_points, false), 650), 0x1.d89d89d89d89ep-2);
  EXPECT_EQ(matching_blocks(a_points, b_points, false), (std::vector<Block>{{140, 0, 150}, {290, 360, 0}}));
  SimilarityOptions options;
  options.autojunk = true;
  EXPECT_EQ(similarity(a, b, options), 0x1.934c67f9b2ce6p-8);
}

TEST(Similarity, OrderDecidesWhichTextIsA) {
  SimilarityOptions options;
  EXPECT_EQ(similarity("tide", "diet", options), 0.25);
  options.order = reward::SimilarityOrder::expert_first;
  EXPECT_EQ(similarity("tide", "diet", options), 0.5);
}

TEST(Similarity, OuterWhiteSpaceIsPythons) {
  SimilarityOptions options;
  EXPECT_EQ(similarity(" \x1c\xc2\x85x = 1\n", "x = 1", options), 1.0);
  options.strip = reward::Strip::none;
  EXPECT_LT(similarity("x = 1\n", "x = 1", options), 1.0);
}

TEST(Similarity, WordsAreComparedWhole) {
  SimilarityOptions options;
  options.unit = reward::SimilarityUnit::word;
  EXPECT_EQ(similarity("the cat sat on the mat", "the mat sat on a cat", options), 0.5);
  EXPECT_EQ(similarity("never seen words", "other ones here", options), 0.0);
  EXPECT_EQ(similarity("", " ", options), 1.0);
}

TEST(Similarity, InvalidUtf8IsReplacedNotRefused) {
  EXPECT_EQ(similarity("a\xff", "a\xef\xbf\xbd", SimilarityOptions{}), 1.0);
}

TEST(Similarity, TokenIdsHaveTheirOwnCall) {
  SimilarityOptions options;
  options.unit = reward::SimilarityUnit::token;
  const std::vector<std::int32_t> action = {5, 70000, 9}, target = {70000, 9, 5};
  EXPECT_EQ(similarity_of_ids(action, target, options), 2.0 * 2 / 6);
  EXPECT_THROW(similarity("a", "b", options), BadOption);
}

TEST(Similarity, OneExpertStepServesManyAnswers) {
  const ExpertStep step("3. **Add** 1 + 1 = 2", SimilarityOptions{});
  EXPECT_EQ(step.similarity("3. **Add** 1 + 1 = 2"), 1.0);
  EXPECT_EQ(step.similarity(""), 0.0);
  EXPECT_EQ(step.similarity("3. **Add** 1 + 2 = 3"),
            similarity("3. **Add** 1 + 2 = 3", "3. **Add** 1 + 1 = 2", SimilarityOptions{}));
}

TEST(Similarity, ManyDistinctSymbolsUseWiderCodes) {
  for (const std::uint32_t distinct : {300u, 70000u}) {
    std::vector<std::uint32_t> a, b;
    for (std::uint32_t k = 0; k < distinct; ++k) {
      a.push_back(k);
      b.push_back(k + 1);
    }
    EXPECT_EQ(matching_blocks(a, b, false),
              (std::vector<Block>{{1, 0, distinct - 1}, {distinct, distinct, 0}}));
  }
}

}  // namespace
}  // namespace srl::reward
