// Any bytes as a text, as a chat template, and as ids. A text is encoded with every pattern, and its ids
// decode to the repaired text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/unicode.hpp"
#include "text/chat/template_recognition.hpp"
#include "text/tokenizer.hpp"
#include "text/tokenizer/byte_level.hpp"
#include "text/tokenizer/tokenizer_files.hpp"

namespace {

using namespace srl::text;

Tokenizer tokenizer_of(Pattern pattern) {
  TokenizerFiles files;
  const ByteAlphabet alphabet;
  for (int byte = 0; byte < 256; ++byte) {
    files.vocabulary.emplace_back(alphabet.symbol(static_cast<std::uint8_t>(byte)), byte);
  }
  files.vocabulary.emplace_back("ab", 256);
  files.merges = {{"a", "b"}};
  for (const char* content : {"<e>", "<e>x", "word"}) {
    AddedToken token;
    token.id = static_cast<TokenId>(257 + files.added.size());
    token.content = content;
    token.single_word = files.added.size() == 2;
    files.added.push_back(token);
  }
  files.pattern = pattern;
  return Tokenizer(files);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Tokenizer tokenizers[] = {tokenizer_of(Pattern::gpt2), tokenizer_of(Pattern::smollm),
                                         tokenizer_of(Pattern::qwen2), tokenizer_of(Pattern::llama3)};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string expected = srl::repair_utf8(text);
  for (const Tokenizer& tokenizer : tokenizers) {
    const auto ids = tokenizer.encode(text);
    if (tokenizer.decode(ids) != expected) { std::abort(); }
    StreamDecoder stream(tokenizer);
    std::string joined;
    for (const char byte : text) { joined += stream.push(static_cast<std::uint8_t>(byte)); }
    if (joined + stream.finish() != expected) { std::abort(); }
  }
  recognise_template(text);
  return 0;
}
