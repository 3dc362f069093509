#include "base/unicode.hpp"

#include <cstdint>
#include <cstring>

#include "base/characters.hpp"

namespace srl {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Decoded {
  char32_t point = 0;
  std::size_t bytes = 0;  ///< consumed; for an ill-formed part, its maximal length (Unicode 15, section 3.9,
                          ///< "maximal subpart")
  bool valid = false;
};

/// The code point or ill-formed part at the front of non-empty `bytes` (Unicode 15, table 3-7).
Decoded decode_one(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return byte_of(bytes[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) { return {lead, 1, true}; }
  std::size_t length = 0;
  unsigned low = 0x80, high = 0xBF;  // of the second byte
  char32_t point = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    point = lead & 0x1F;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    point = lead & 0x0F;
    if (lead == 0xE0) {
      low = 0xA0;  // no overlong forms
    }
    if (lead == 0xED) {
      high = 0x9F;  // no surrogates
    }
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    point = lead & 0x07;
    if (lead == 0xF0) { low = 0x90; }
    if (lead == 0xF4) {
      high = 0x8F;  // nothing above U+10FFFF
    }
  } else {
    return {0, 1, false};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= bytes.size() || byte(i) < low || byte(i) > high) { return {0, i, false}; }
    point = (point << 6) | (byte(i) & 0x3F);
    low = 0x80;
    high = 0xBF;
  }
  return {point, length, true};
}

/// Number of ASCII bytes at the front. Reads eight bytes at a time.
std::size_t ascii_prefix(std::string_view bytes) {
  constexpr std::uint64_t highs = 0x8080808080808080ull;
  std::size_t size = 0;
  for (std::uint64_t eight = 0; size + sizeof eight <= bytes.size(); size += sizeof eight) {
    std::memcpy(&eight, bytes.data() + size, sizeof eight);
    if ((eight & highs) != 0) { break; }
  }
  while (size < bytes.size() && byte_of(bytes[size]) < 0x80) { ++size; }
  return size;
}

/// Calls look(part, its bytes) for each code point or ill-formed part, until look returns false. Returns
/// whether all calls returned true.
template <class Look>
bool each_part(std::string_view bytes, const Look& look) {
  while (!bytes.empty()) {
    const Decoded next = decode_one(bytes);
    if (!look(next, bytes.substr(0, next.bytes))) { return false; }
    bytes.remove_prefix(next.bytes);
  }
  return true;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t value) { out.push_back(value); };
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) { c = replacement; }
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace

std::optional<std::u32string> decode_utf8(std::string_view bytes) {
  std::u32string text;
  text.reserve(bytes.size());
  const bool valid = each_part(bytes, [&](const Decoded& next, std::string_view) {
    text += next.point;
    return next.valid;
  });
  return valid ? std::optional(std::move(text)) : std::nullopt;
}

std::u32string decode_utf8_lossy(std::string_view bytes) {
  std::u32string text(bytes.size(), U'\0');  // never longer
  std::size_t size = 0;
  while (!bytes.empty()) {
    const std::size_t plain = ascii_prefix(bytes);
    for (std::size_t i = 0; i < plain; ++i) { text[size + i] = byte_of(bytes[i]); }
    size += plain;
    bytes.remove_prefix(plain);
    if (bytes.empty()) { break; }
    const Decoded next = decode_one(bytes);
    text[size++] = next.valid ? next.point : replacement;
    bytes.remove_prefix(next.bytes);
  }
  text.resize(size);
  return text;
}

std::string encode_utf8(std::u32string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (const char32_t c : text) { append_utf8(bytes, c); }
  return bytes;
}

bool is_valid_utf8(std::string_view bytes) {
  return each_part(bytes, [](const Decoded& next, std::string_view) { return next.valid; });
}

std::string repair_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  each_part(bytes, [&](const Decoded& next, std::string_view own) {
    if (next.valid) {
      out += own;
    } else {
      append_utf8(out, replacement);
    }
    return true;
  });
  return out;
}

bool is_python_space(char32_t c) {
  // CPython 3.11, Objects/unicodetype_db.h, _PyUnicode_IsWhitespace.
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

std::u32string_view python_strip(std::u32string_view text) {
  while (!text.empty() && is_python_space(text.front())) { text.remove_prefix(1); }
  while (!text.empty() && is_python_space(text.back())) { text.remove_suffix(1); }
  return text;
}

std::string_view python_strip(std::string_view utf8) {
  const auto is_ascii = [](char c) { return byte_of(c) < 0x80; };
  while (!utf8.empty()) {
    if (is_ascii(utf8.front()) && !is_python_space(byte_of(utf8.front()))) { break; }
    const Decoded first = decode_one(utf8);
    if (!first.valid || !is_python_space(first.point)) { break; }
    utf8.remove_prefix(first.bytes);
  }
  while (!utf8.empty()) {
    if (is_ascii(utf8.back()) && !is_python_space(byte_of(utf8.back()))) { break; }
    std::size_t begin = utf8.size() - 1;
    while (begin > 0 && continues_code_point(utf8[begin])) { --begin; }
    const Decoded last = decode_one(utf8.substr(begin));
    if (!last.valid || begin + last.bytes != utf8.size() || !is_python_space(last.point)) { break; }
    utf8.remove_suffix(last.bytes);
  }
  return utf8;
}

std::vector<std::u32string> python_split(std::u32string_view text) {
  std::vector<std::u32string> words;
  for (std::size_t i = 0; i < text.size();) {
    if (is_python_space(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < text.size() && !is_python_space(text[i])) { ++i; }
    words.emplace_back(text.substr(begin, i - begin));
  }
  return words;
}

}  // namespace srl
