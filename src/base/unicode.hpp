#pragma once
// UTF-8 and code points, and Python's ideas of white space.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace srl {

/// Code points of valid UTF-8; nothing when a byte is wrong (surrogates and overlong forms are wrong).
std::optional<std::u32string> decode_utf8(std::string_view bytes);
/// As Python's bytes.decode("utf-8", errors="replace"): each maximal ill-formed part becomes one U+FFFD.
std::u32string decode_utf8_lossy(std::string_view bytes);
std::string encode_utf8(std::u32string_view text);
bool is_valid_utf8(std::string_view bytes);
/// Invalid parts replaced as by decode_utf8_lossy.
std::string repair_utf8(std::string_view bytes);

/// str.isspace() of CPython 3.11 for one code point (has U+001C-001F and U+0085, which ICU's White_Space
/// partly lacks).
bool is_python_space(char32_t c);
std::u32string_view python_strip(std::u32string_view text);          ///< str.strip()
std::string_view python_strip(std::string_view utf8);                ///< the same on valid UTF-8
std::vector<std::u32string> python_split(std::u32string_view text);  ///< str.split()

}  // namespace srl
