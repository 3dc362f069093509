// Any bytes as tokenizer.json: the reader throws BadInput, or returns a tokenizer that encodes and decodes
// safely.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "text/tokenizer.hpp"
#include "text/tokenizer/tokenizer_files.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const srl::text::Tokenizer tokenizer(srl::text::parse_tokenizer_json(text, "fuzz"));
    const auto ids =
        tokenizer.encode("Don't <e> stop: 12345 \xC3\xA9\n\n e\xCC\x81 <x> abcabc  \xE4\xB8\xAD");
    tokenizer.decode(ids, true);
    tokenizer.encode(text);
  } catch (const srl::BadInput&) {}
  return 0;
}
