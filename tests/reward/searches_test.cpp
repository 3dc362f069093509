// Every search engine finds the same blocks as the transcribed difflib, for ordinary, periodic, sparse and
// adversarial pairs.
#include <gmock/gmock.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "reward/difflib_port.hpp"
#include "reward/hard_pairs.hpp"
#include "reward/search/alphabet.hpp"
#include "reward/search/matcher.hpp"
#include "reward/search/suffix_array.hpp"
#include "reward/search/wavelet.hpp"
#include "support/counted_work.hpp"

namespace srl::reward {
namespace {

template <class Code>
std::vector<Block> blocks_of(const Symbols& a, const Symbols& b, bool autojunk, Engine engine) {
  const Alphabet alphabet(b);
  const auto encode = [&](const Symbols& symbols) {
    std::vector<Code> codes;
    for (const std::uint32_t symbol : symbols) { codes.push_back(static_cast<Code>(alphabet.code(symbol))); }
    return codes;
  };
  const std::vector<Code> a_codes = encode(a), b_codes = encode(b);
  std::vector<Block> blocks;
  match_codes<Code>(a_codes, b_codes, alphabet.size(), autojunk, &blocks, engine);
  return blocks;
}

void expect_all_engines_agree(const Symbols& a, const Symbols& b) {
  for (const bool autojunk : {false, true}) {
    const std::vector<Block> wanted = testing::DifflibPort(a, b, autojunk).matching_blocks();
    if (Alphabet(b).size() + 1 <= 255) {
      EXPECT_EQ(blocks_of<std::uint8_t>(a, b, autojunk, Engine::automatic), wanted);
      EXPECT_EQ(blocks_of<std::uint8_t>(a, b, autojunk, Engine::lanes), wanted);
    }
    EXPECT_EQ(blocks_of<std::uint16_t>(a, b, autojunk, Engine::lanes), wanted);
    EXPECT_EQ(blocks_of<std::uint16_t>(a, b, autojunk, Engine::suffixes), wanted);
    EXPECT_EQ(blocks_of<std::uint32_t>(a, b, autojunk, Engine::automatic), wanted);
  }
}

Symbols random_symbols(std::mt19937& random, std::size_t length, std::uint32_t letters) {
  Symbols symbols(length);
  for (std::uint32_t& symbol : symbols) { symbol = 97 + random() % letters; }
  return symbols;
}

// A copy with dropped and moved parts.
Symbols edited(std::mt19937& random, Symbols symbols, int edits) {
  for (int k = 0; k < edits && symbols.size() > 4; ++k) {
    const std::size_t from = random() % symbols.size(),
                      length = std::min<std::size_t>(1 + random() % 20, symbols.size() - from);
    const Symbols part(symbols.begin() + from, symbols.begin() + from + length);
    symbols.erase(symbols.begin() + from, symbols.begin() + from + length);
    if (random() % 3 != 0) {
      symbols.insert(symbols.begin() + random() % (symbols.size() + 1), part.begin(), part.end());
    }
  }
  return symbols;
}

// Compares random pairs of fewer than `longest` symbols from an alphabet of at least `fewest` and fewer than
// `fewest` + `more` letters.
void expect_agreement(std::uint32_t seed, int pairs, std::uint32_t longest, std::uint32_t fewest,
                      std::uint32_t more) {
  std::mt19937 random(seed);
  for (int k = 0; k < pairs; ++k) {
    const std::uint32_t letters = fewest + random() % more;
    expect_all_engines_agree(random_symbols(random, random() % longest, letters),
                             random_symbols(random, random() % longest, letters));
  }
}

TEST(Searches, AgreeOnShortRandomPairs) {
  expect_agreement(1, 3000, 60, 1, 4);
}

TEST(Searches, AgreeOnRandomPairsOfAFewHundred) {
  expect_agreement(2, 40, 500, 2, 40);
}

TEST(Searches, AgreeOnEditedCopies) {
  std::mt19937 random(3);
  for (int k = 0; k < 40; ++k) {
    const Symbols a = random_symbols(random, 50 + random() % 400, 2 + random() % 50);
    expect_all_engines_agree(a, edited(random, a, static_cast<int>(random() % 12)));
  }
}

TEST(Searches, AgreeOnRepeats) {
  std::mt19937 random(4);
  for (int k = 0; k < 40; ++k) {
    const Symbols unit_a = random_symbols(random, 1 + random() % 6, 2),
                  unit_b = random_symbols(random, 1 + random() % 6, 2);
    Symbols a, b;
    while (a.size() < 320) { a.insert(a.end(), unit_a.begin(), unit_a.end()); }
    while (b.size() < 290) { b.insert(b.end(), unit_b.begin(), unit_b.end()); }
    a[random() % a.size()] = 200;
    b[random() % b.size()] = 201;
    expect_all_engines_agree(a, b);
  }
}

TEST(Searches, RunsLongerThanAByteLaneAreExact) {
  std::mt19937 random(5);
  const Symbols same = random_symbols(random, 300, 20);
  Symbols a = random_symbols(random, 40, 20), b = random_symbols(random, 90, 20);
  a.insert(a.end(), same.begin(), same.end());
  b.insert(b.begin() + 30, same.begin(), same.end());
  expect_all_engines_agree(a, b);
  expect_all_engines_agree(Symbols(255, 7), Symbols(256, 7));
  expect_all_engines_agree(Symbols(254, 7), Symbols(254, 7));
}

TEST(Searches, EmptyAndSingle) {
  const Symbols none, one = {5}, other = {6}, two = {6, 5};
  for (const Symbols& a : {none, one, other, two}) {
    for (const Symbols& b : {none, one, other, two}) { expect_all_engines_agree(a, b); }
  }
}

// Basic blocks of the reward room that a pair takes, for the worse of both orders and both autojunk settings.
std::uint64_t work_of(const Symbols& a, const Symbols& b) {
  std::uint64_t worst = 0;
  for (const bool autojunk : {false, true}) {
    for (const bool turned : {false, true}) {
      const std::uint64_t before = test::counted_work();
      matched_elements(turned ? b : a, turned ? a : b, autojunk);
      worst = std::max(worst, test::counted_work() - before);
    }
  }
  return worst;
}

void expect_work_below(std::size_t length, std::uint64_t most) {
  std::uint64_t worst = 0;
  for (const testing::HardPair& pair : testing::hard_pairs(length)) {
    const std::uint64_t work = work_of(pair.a, pair.b);
    EXPECT_LT(work, most) << pair.name;
    worst = std::max(worst, work);
    if (std::getenv("SRL_PRINT_WORK") != nullptr) {
      std::cout << length << "  " << work << "  " << pair.name << '\n';
    }
  }
  EXPECT_GT(worst, length) << "nothing was counted";
  std::cout << length << " elements: at most " << worst << " basic blocks\n";
}

// The worst pairs take 62 and 200 million basic blocks, about 30 and 200 ms (tests/bench/similarity_bench
// measures times). Five times as many elements take about five times the work. Work on all pairs of elements
// would grow 25 times.
TEST(Searches, TenThousandElementsTakeBoundedWork) {
  expect_work_below(10000, 200'000'000);
}
TEST(Searches, FiftyThousandElementsTakeBoundedWork) {
  expect_work_below(50000, 600'000'000);
}

TEST(Searches, AgreeOnHardPairs) {
  for (const testing::HardPair& pair : testing::hard_pairs(400)) {
    SCOPED_TRACE(pair.name);
    expect_all_engines_agree(pair.a, pair.b);
    expect_all_engines_agree(pair.b, pair.a);
  }
}

TEST(SuffixArrayOf, SortsAndMeasuresCommonPrefixes) {
  std::mt19937 random(7);
  for (int k = 0; k < 200; ++k) {
    Symbols text = random_symbols(random, random() % 40, 1 + random() % 3);
    for (std::uint32_t& symbol : text) { symbol -= 97; }
    const SuffixArray suffixes = suffix_array(text, 3);
    ASSERT_EQ(suffixes.order.size(), text.size());
    for (std::size_t i = 1; i < text.size(); ++i) {
      const std::span<const std::uint32_t> p =
          std::span(text).subspan(static_cast<std::size_t>(suffixes.order[i - 1]));
      const std::span<const std::uint32_t> q =
          std::span(text).subspan(static_cast<std::size_t>(suffixes.order[i]));
      EXPECT_TRUE(std::lexicographical_compare(p.begin(), p.end(), q.begin(), q.end()));
      const auto differ = std::mismatch(p.begin(), p.end(), q.begin(), q.end()).first;
      EXPECT_EQ(suffixes.common[i], differ - p.begin());
    }
  }
}

TEST(WaveletMatrixOf, FindsTheNextValueOfEveryRange) {
  std::mt19937 random(8);
  for (int k = 0; k < 20; ++k) {
    std::vector<std::int32_t> values(random() % 150);
    for (std::int32_t& value : values) { value = static_cast<std::int32_t>(random() % 200); }
    const WaveletMatrix matrix(values);
    for (int q = 0; q < 300; ++q) {
      const std::size_t begin = random() % (values.size() + 1),
                        end = begin + random() % (values.size() - begin + 1);
      const std::int32_t x = static_cast<std::int32_t>(random() % 300);
      std::int32_t wanted = -1;
      for (std::size_t i = begin; i < end; ++i) {
        if (values[i] >= x && (wanted < 0 || values[i] < wanted)) { wanted = values[i]; }
      }
      EXPECT_EQ(matrix.next_value(static_cast<std::int32_t>(begin), static_cast<std::int32_t>(end), x),
                wanted);
    }
  }
}

}  // namespace
}  // namespace srl::reward
