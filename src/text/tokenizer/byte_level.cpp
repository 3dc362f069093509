#include "text/tokenizer/byte_level.hpp"

#include "base/characters.hpp"
#include "base/unicode.hpp"

namespace srl::text {

ByteAlphabet::ByteAlphabet() {
  bytes_.fill(-1);
  char32_t next = 256;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    const char32_t character = printable ? byte : next++;
    symbols_[byte] = encode_utf8(std::u32string_view(&character, 1));
    bytes_[character] = byte;
  }
}

std::string ByteAlphabet::write(std::string_view bytes) const {
  std::string written;
  written.reserve(bytes.size() * 2);
  for (const char byte : bytes) { written += symbols_[byte_of(byte)]; }
  return written;
}

std::optional<std::string> ByteAlphabet::read(std::string_view written) const {
  std::string bytes;
  bytes.reserve(written.size());
  for (std::size_t i = 0; i < written.size();) {
    const std::uint8_t lead = byte_of(written[i]);
    char32_t character = lead;
    std::size_t length = 1;
    if (lead >= 0x80) {  // the alphabet ends at U+0143, so two bytes are the longest
      if ((lead & 0xE0) != 0xC0 || i + 1 >= written.size()) { return std::nullopt; }
      if (!continues_code_point(written[i + 1])) { return std::nullopt; }
      character = (char32_t{lead & 0x1Fu} << 6) | (byte_of(written[i + 1]) & 0x3Fu);
      if (character < 0x80) { return std::nullopt; }
      length = 2;
    }
    if (character >= bytes_.size() || bytes_[character] < 0) { return std::nullopt; }
    bytes.push_back(bytes_[character]);
    i += length;
  }
  return bytes;
}

}  // namespace srl::text
