#pragma once
// UTF-8, code points, and Python's definition of white space.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace srl {

/// The code points, or nothing if the UTF-8 is invalid (surrogates and overlong forms are invalid).
std::optional<std::u32string> decode_utf8(std::string_view bytes);
/// Like Python's bytes.decode("utf-8", errors="replace"): each maximal ill-formed part becomes one U+FFFD.
std::u32string decode_utf8_lossy(std::string_view bytes);
std::string encode_utf8(std::u32string_view text);
bool is_valid_utf8(std::string_view bytes);
/// Replaces invalid parts as decode_utf8_lossy does.
std::string repair_utf8(std::string_view bytes);

/// str.isspace() of CPython 3.11 for one code point. Unlike ICU's White_Space it includes U+001C-001F.
bool is_python_space(char32_t c);
std::u32string_view python_strip(std::u32string_view text);          ///< str.strip()
std::string_view python_strip(std::string_view utf8);                ///< the same on valid UTF-8
std::vector<std::u32string> python_split(std::u32string_view text);  ///< str.split()

}  // namespace srl
