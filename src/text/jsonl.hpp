#pragma once
// Tokenizing JSON lines: one line out for each line in, in order. A line that cannot be used gives {"line":
// n, "error": "…"} (lines count from 1) and makes the result false; the rest goes on.
#include <iosfwd>

#include "text/tokenizer.hpp"

namespace srl::text {

/// {"text": "…"} → {"ids": [ … ]}. Nothing is put before or after the text. EnvironmentError when `out`
/// cannot be written.
bool tokenize_stream(std::istream& in, std::ostream& out, const Tokenizer& tokenizer);
/// {"ids": [ … ]} → {"text": "…"}; invalid UTF-8 becomes U+FFFD; an id without a token is an error of its
/// line.
bool detokenize_stream(std::istream& in, std::ostream& out, const Tokenizer& tokenizer);

}  // namespace srl::text
