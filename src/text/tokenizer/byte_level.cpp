#include "text/tokenizer/byte_level.hpp"

#include "base/unicode.hpp"

namespace srl::text {

ByteAlphabet::ByteAlphabet() {
  bytes_.fill(-1);
  char32_t next = 256;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    const char32_t character = printable ? static_cast<char32_t>(byte) : next++;
    symbols_[static_cast<std::size_t>(byte)] = encode_utf8(std::u32string_view(&character, 1));
    bytes_[character] = static_cast<std::int16_t>(byte);
  }
}

std::string ByteAlphabet::write(std::string_view bytes) const {
  std::string written;
  written.reserve(bytes.size() * 2);
  for (const char byte : bytes) { written += symbols_[static_cast<std::uint8_t>(byte)]; }
  return written;
}

std::optional<std::string> ByteAlphabet::read(std::string_view written) const {
  std::string bytes;
  bytes.reserve(written.size());
  for (std::size_t i = 0; i < written.size();) {
    const auto lead = static_cast<std::uint8_t>(written[i]);
    char32_t character = lead;
    std::size_t length = 1;
    if (lead >= 0x80) {  // the alphabet ends at U+0143, so two bytes are the longest
      if ((lead & 0xE0) != 0xC0 || i + 1 >= written.size()) { return std::nullopt; }
      const auto trail = static_cast<std::uint8_t>(written[i + 1]);
      if ((trail & 0xC0) != 0x80) { return std::nullopt; }
      character = (char32_t{lead & 0x1Fu} << 6) | (trail & 0x3Fu);
      if (character < 0x80) { return std::nullopt; }
      length = 2;
    }
    if (character >= bytes_.size() || bytes_[character] < 0) { return std::nullopt; }
    bytes += static_cast<char>(bytes_[character]);
    i += length;
  }
  return bytes;
}

}  // namespace srl::text
