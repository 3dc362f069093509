// Any bytes as a completion: if the format is right, then its thought and action are parts of the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/unicode.hpp"
#include "reward/format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = srl::repair_utf8(std::string_view(reinterpret_cast<const char*>(data), size));
  for (const bool tags : {false, true}) {
    const srl::reward::ParsedCompletion answer = srl::reward::parse_completion(text, tags);
    const bool right = answer.error == srl::reward::FormatError::none;
    if (right == (answer.thought.empty() || answer.action.empty())) { std::abort(); }
    if (right &&
        (text.find(answer.thought) == std::string::npos || text.find(answer.action) == std::string::npos)) {
      std::abort();
    }
    if (srl::word(answer.error).empty()) { std::abort(); }
  }
  return 0;
}
