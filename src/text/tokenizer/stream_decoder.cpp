#include "base/characters.hpp"
#include "base/unicode.hpp"
#include "text/tokenizer.hpp"

namespace srl::text {
namespace {

/// Number of bytes at the end of `bytes` that may be the start of an incomplete character.
std::size_t open_bytes(std::string_view bytes) {
  for (std::size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
    const char c = bytes[bytes.size() - back];
    if (continues_code_point(c)) { continue; }
    const std::uint8_t byte = byte_of(c);
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

}  // namespace

std::string StreamDecoder::push(TokenId id) {
  if (skip_special_ && tokenizer_->is_special(id)) { return ""; }
  pending_ += tokenizer_->bytes_of(id);
  const std::size_t ready = pending_.size() - open_bytes(pending_);
  std::string text = repair_utf8(std::string_view(pending_).substr(0, ready));
  pending_.erase(0, ready);
  return text;
}

std::string StreamDecoder::finish() {
  std::string text = repair_utf8(pending_);
  pending_.clear();
  return text;
}

}  // namespace srl::text
