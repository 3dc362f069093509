// The hand-written scanners give the same pieces as the regular expressions in PCRE2.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <gtest/gtest.h>
#include <pcre2.h>

#include <random>

#include "base/not_copied.hpp"
#include "base/unicode.hpp"
#include "text/tokenizer/pre_tokenizer.hpp"

namespace {

using srl::text::Pattern;
using srl::text::PreTokenizer;
using Pieces = std::vector<std::string>;

class Regex : srl::NotCopied {
 public:
  explicit Regex(std::string_view text) {
    int error = 0;
    PCRE2_SIZE place = 0;
    code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), PCRE2_UTF | PCRE2_UCP,
                          &error, &place, nullptr);
    if (!code_) { throw std::runtime_error("PCRE2 cannot compile the pattern"); }
    match_ = pcre2_match_data_create_from_pattern(code_, nullptr);
  }
  ~Regex() {
    pcre2_match_data_free(match_);
    pcre2_code_free(code_);
  }
  Pieces split(const std::string& text) const {
    Pieces pieces;
    for (std::size_t at = 0; at < text.size();) {
      if (pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), at, 0, match_, nullptr) <
          1) {
        break;
      }
      const PCRE2_SIZE* place = pcre2_get_ovector_pointer(match_);
      EXPECT_EQ(place[0], at) << "the pattern leaves a gap";
      pieces.push_back(text.substr(place[0], place[1] - place[0]));
      at = place[1];
    }
    return pieces;
  }

 private:
  pcre2_code* code_ = nullptr;
  pcre2_match_data* match_ = nullptr;
};

Pieces scan(const PreTokenizer& pre_tokenizer, std::string_view text) {
  Pieces pieces;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = pre_tokenizer.piece_end(text, at);
    pieces.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return pieces;
}

/// A random text of characters that matter to the patterns. All were assigned long ago, so that every Unicode
/// version agrees.
std::string random_text(std::mt19937& random) {
  static const std::u32string alphabet =
      U"aZsStTrRvVeElLmMdD''''    "
      U"\t\n\n\r\r019\u00B2\u0665\u2167\u00E9\u4E2D\u017F\u212A\u0301\u00A0\u2028\u3000\u0085\u1680!?.,<|>_-"
      U"\U0001F600\U0001D7D8\u200D\uFFFD";
  std::uniform_int_distribution<std::size_t> length(0, 24), pick(0, alphabet.size() - 1);
  std::u32string text(length(random), U' ');
  for (char32_t& c : text) { c = alphabet[pick(random)]; }
  return srl::encode_utf8(text);
}

void compare(Pattern pattern, std::string_view regex) {
  const PreTokenizer pre_tokenizer(pattern);
  const Regex reference(regex);
  std::mt19937 random(7);
  for (int i = 0; i < 60000; ++i) {
    const std::string text = random_text(random);
    ASSERT_EQ(scan(pre_tokenizer, text), reference.split(text)) << text;
  }
}

TEST(PreTokenizer, EqualsTheRegularExpressionOfGpt2) {
  compare(Pattern::gpt2, srl::text::gpt2_regex());
}
TEST(PreTokenizer, EqualsTheRegularExpressionOfQwen2) {
  compare(Pattern::qwen2, srl::text::qwen2_regex());
}
TEST(PreTokenizer, EqualsTheRegularExpressionOfLlama3) {
  compare(Pattern::llama3, srl::text::llama3_regex());
}

TEST(PreTokenizer, SmollmCutsEveryDigitThenAsGpt2) {
  const PreTokenizer pre_tokenizer(Pattern::smollm);
  const Regex reference(srl::text::gpt2_regex()), digit("\\p{N}|\\P{N}+");
  std::mt19937 random(8);
  for (int i = 0; i < 60000; ++i) {
    const std::string text = random_text(random);
    Pieces expected;
    for (const std::string& part : digit.split(text)) {
      for (std::string& piece : reference.split(part)) { expected.push_back(std::move(piece)); }
    }
    ASSERT_EQ(scan(pre_tokenizer, text), expected) << text;
  }
}

TEST(PreTokenizer, KnowsPatternsOnlyToTheLetter) {
  EXPECT_EQ(srl::text::pattern_of_regex(srl::text::llama3_regex()), Pattern::llama3);
  EXPECT_FALSE(srl::text::pattern_of_regex(std::string(srl::text::llama3_regex()) + "|x"));
}

}  // namespace
