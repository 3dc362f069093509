// The tokenizer's rules, on small vocabularies made by hand. vectors_test and tests/peers compare the ids of
// real vocabularies.
#include "text/tokenizer.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.hpp"
#include "base/unicode.hpp"
#include "text/small_tokenizer.hpp"

namespace {

using srl::test::small_files;
using srl::test::small_tokenizer;
using srl::text::StreamDecoder;
using srl::text::TokenId;
using srl::text::Tokenizer;
using srl::text::TokenizerFiles;
using Ids = std::vector<TokenId>;

TEST(Tokenizer, MergesByRankWithinAPiece) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.encode("abc"), (Ids{257}));
  EXPECT_EQ(tokenizer.encode("aabcb"), (Ids{'a', 257, 'b'}));
  EXPECT_EQ(tokenizer.encode("a b"), (Ids{'a', ' ', 'b'}));
  EXPECT_EQ(tokenizer.encode(""), Ids{});
  EXPECT_EQ(tokenizer.encode(std::string_view("\0", 1)), (Ids{0}));
}

TEST(Tokenizer, FindsAddedTokensAndTellsTheSpecialOnes) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.encode("ab<e>c<x>"), (Ids{256, 258, 'c', 259}));
  EXPECT_TRUE(tokenizer.is_special(258));
  EXPECT_FALSE(tokenizer.is_special(259));
  EXPECT_EQ(tokenizer.decode(Ids{256, 258, 259}), "ab<e><x>");
  EXPECT_EQ(tokenizer.decode(Ids{256, 258, 259}, true), "ab<x>");
  EXPECT_EQ(tokenizer.id_of("<e>"), 258);
  EXPECT_EQ(tokenizer.id_of("abc"), 257);
  EXPECT_EQ(tokenizer.id_of("abcd"), std::nullopt);
  EXPECT_EQ(tokenizer.size(), 260u);
}

TEST(Tokenizer, IdsWithoutTokenDecodeToNothing) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.decode(Ids{-1, 'a', 260, 1 << 30}), "a");
  EXPECT_FALSE(tokenizer.has(260));
  EXPECT_FALSE(tokenizer.has(-1));
}

TEST(Tokenizer, InvalidUtf8CountsAsReplacementCharacter) {
  EXPECT_EQ(small_tokenizer().encode("a\xFF"), (Ids{'a', 0xEF, 0xBF, 0xBD}));
}

TEST(Tokenizer, FlagsOfAddedTokens) {
  TokenizerFiles files = small_files();
  const auto add = [&](TokenId id, std::string content) -> srl::text::AddedToken& {
    files.added.push_back({});
    files.added.back().id = id;
    files.added.back().content = std::move(content);
    return files.added.back();
  };
  add(260, "<l>").lstrip = true;
  add(261, "<r>").rstrip = true;
  add(262, "one").single_word = true;
  add(263, "<e>>");
  const Tokenizer tokenizer(files);
  EXPECT_EQ(tokenizer.encode("a \xC2\xA0<l> b"), (Ids{'a', 260, ' ', 'b'}));
  EXPECT_EQ(tokenizer.encode("<r> \n<r>b"), (Ids{261, 261, 'b'}));
  EXPECT_EQ(tokenizer.encode("one,one1"), (Ids{262, ',', 'o', 'n', 'e', '1'}));
  EXPECT_EQ(tokenizer.encode("<e>><e>"), (Ids{263, 258}));  // the longest token at a position wins
}

TEST(Tokenizer, NormalisedTokensAreFoundInTheNormalisedText) {
  TokenizerFiles files = small_files();
  files.nfc = true;
  srl::text::AddedToken token;
  token.id = 260;
  token.content = "caf\xC3\xA9";  // with e acute as one character
  token.normalized = true;
  files.added.push_back(token);
  const Tokenizer tokenizer(files);
  EXPECT_EQ(tokenizer.encode("cafe\xCC\x81"), (Ids{260}));
  EXPECT_EQ(tokenizer.encode("a\xCC\x8A"), (Ids{0xC3, 0xA5}));  // composed, then bytes
}

TEST(Tokenizer, NfcKnowsTheCharactersOfUnicode9Only) {
  TokenizerFiles files = small_files();
  files.nfc = true;
  const Tokenizer tokenizer(files);
  const std::string dives_akuru =
      "\xF0\x91\xA4\xB5\xF0\x91\xA4\xB0";  // U+11935 U+11930 compose since Unicode 13
  EXPECT_EQ(tokenizer.decode(tokenizer.encode(dives_akuru)), dives_akuru);
}

TEST(Tokenizer, IgnoreMergesTakesWholePieces) {
  TokenizerFiles files = small_files();
  files.vocabulary.emplace_back("xyz", 260);  // no merge makes it
  EXPECT_EQ(Tokenizer(files).encode("xyz"), (Ids{'x', 'y', 'z'}));
  files.ignore_merges = true;
  EXPECT_EQ(Tokenizer(files).encode("xyz xyzx"), (Ids{260, ' ', 'x', 'y', 'z', 'x'}));
}

TEST(Tokenizer, BytesWithoutTokenAreDroppedOrUnknown) {
  TokenizerFiles files = small_files();
  std::erase_if(files.vocabulary,
                [](const auto& entry) { return entry.second == 'b' || entry.second > 255; });
  files.merges.clear();
  EXPECT_EQ(Tokenizer(files).encode("abc"), (Ids{'a', 'c'}));
  files.unknown = "<x>";
  EXPECT_EQ(Tokenizer(files).encode("abc"), (Ids{'a', 259, 'c'}));
  files.unknown = "<nowhere>";
  EXPECT_THROW(Tokenizer{files}, srl::BadInput);
}

TEST(Tokenizer, ContradictionsAreRefused) {
  TokenizerFiles twice = small_files();
  twice.vocabulary.emplace_back("zz", 256);
  EXPECT_THROW(Tokenizer{twice}, srl::BadInput);
  TokenizerFiles other_id = small_files();
  other_id.added[0].content = "ab";
  EXPECT_THROW(Tokenizer{other_id}, srl::BadInput);
  TokenizerFiles no_result = small_files();
  no_result.merges.emplace_back("x", "y");
  EXPECT_THROW(Tokenizer{no_result}, srl::BadInput);
}

TEST(Tokenizer, ManyThreadsEncodeAlike) {
  const Tokenizer tokenizer = small_tokenizer();
  std::string text;
  for (int i = 0; i < 2000; ++i) { text += "abcab <e>" + std::to_string(i); }
  const Ids expected = tokenizer.encode(text);
  std::vector<Ids> found(4);
  std::vector<std::thread> threads;
  for (Ids& ids : found) {
    threads.emplace_back([&] { ids = tokenizer.encode(text); });
  }
  for (std::thread& thread : threads) { thread.join(); }
  for (const Ids& ids : found) { EXPECT_EQ(ids, expected); }
}

TEST(Tokenizer, SampledTextIsValidAndHasNoSpecialTokens) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.sampled_text(Ids{257, 259, 258}), "abc<x>");
  EXPECT_EQ(tokenizer.sampled_text(Ids{'a', 0xFF, 'b', 0xE2, 0x82}),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  // A special token between the bytes of a character does not separate them.
  EXPECT_EQ(tokenizer.sampled_text(Ids{0xC3, 258, 0xA9}), "\xC3\xA9");
}

TEST(StreamDecoder, JoinsToTheRepairedTextAndHoldsBackCutCharacters) {
  const Tokenizer tokenizer = small_tokenizer();
  StreamDecoder euro(tokenizer);
  EXPECT_EQ(euro.push(0xE2), "");
  EXPECT_EQ(euro.push(0x82), "");
  EXPECT_EQ(euro.push(0xAC), "\xE2\x82\xAC");
  EXPECT_EQ(euro.finish(), "");
  for (const Ids& ids : {Ids{0xE2, 0x82, 'a'}, Ids{0xF0, 0x9F}, Ids{0xFF, 0xE2, 0xE2, 0x82},
                         Ids{0xC3, 258, 0xA9}, Ids{0x80, 0xF5, 'b'}}) {
    StreamDecoder decoder(tokenizer);
    std::string text;
    for (const TokenId id : ids) { text += decoder.push(id); }
    text += decoder.finish();
    EXPECT_EQ(text, srl::repair_utf8(tokenizer.decode(ids)));
  }
}

}  // namespace
