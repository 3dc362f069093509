#pragma once
// A tokenizer made by hand. Ids 0 to 255 are the bytes, 256 is "ab", 257 "abc", 258 the special token <e>,
// and 259 the token <x>.
#include "text/tokenizer.hpp"
#include "text/tokenizer/byte_level.hpp"
#include "text/tokenizer/tokenizer_files.hpp"

namespace srl::test {

inline text::TokenizerFiles small_files() {
  text::TokenizerFiles files;
  files.file = "small";
  const text::ByteAlphabet alphabet;
  for (int byte = 0; byte < 256; ++byte) {
    files.vocabulary.emplace_back(alphabet.symbol(static_cast<std::uint8_t>(byte)), byte);
  }
  files.vocabulary.emplace_back("ab", 256);
  files.vocabulary.emplace_back("abc", 257);
  files.merges = {{"a", "b"}, {"ab", "c"}};
  text::AddedToken special;
  special.id = 258;
  special.content = "<e>";
  special.special = true;
  text::AddedToken plain;
  plain.id = 259;
  plain.content = "<x>";
  files.added = {special, plain};
  return files;
}

inline text::Tokenizer small_tokenizer() {
  return text::Tokenizer(small_files());
}

}  // namespace srl::test
