#pragma once
// Tokenizes JSON lines: one output line per input line that is not blank, in order. An invalid line gives
// {"line": n, "error": "…"} (lines count from 1) and makes the return value false. The other lines are still
// processed.
#include <iosfwd>

#include "text/tokenizer.hpp"

namespace srl::text {

/// {"text": "…"} → {"ids": [ … ]}. Nothing is added before or after the text. Throws EnvironmentError if
/// `out` cannot be written.
bool tokenize_stream(std::istream& in, std::ostream& out, const Tokenizer& tokenizer);
/// {"ids": [ … ]} → {"text": "…"}. Invalid UTF-8 becomes U+FFFD. A line with an id that has no token is
/// invalid.
bool detokenize_stream(std::istream& in, std::ostream& out, const Tokenizer& tokenizer);

}  // namespace srl::text
