#pragma once
// The byte-level alphabet of GPT-2 (Radford et al. 2019, encoder.py bytes_to_unicode). Each byte is written
// as one printable character, so that any byte string becomes text without spaces. Printable Latin-1 bytes
// are written as themselves, the other bytes as the characters from U+0100.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace srl::text {

class ByteAlphabet {
 public:
  ByteAlphabet();
  /// The character for a byte, as UTF-8.
  const std::string& symbol(std::uint8_t byte) const { return symbols_[byte]; }
  std::string write(std::string_view bytes) const;
  /// The bytes of a written token. Nothing if one of its characters is not in the alphabet or it is not
  /// UTF-8.
  std::optional<std::string> read(std::string_view written) const;

 private:
  std::array<std::string, 256> symbols_;
  std::array<std::int16_t, 324> bytes_;  ///< by code point, -1 = not in the alphabet
};

}  // namespace srl::text
