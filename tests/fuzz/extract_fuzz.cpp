// Any bytes as a solution: an answer that is found is not empty, and grading it against itself is decided or
// compares the texts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "grading/grading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool reference : {false, true}) {
    const srl::grading::Extracted found = srl::grading::extract_answer(text, reference);
    if (found.found == found.answer.empty() || found.how.empty()) { std::abort(); }
  }
  srl::grading::grade(text, text, {});
  return 0;
}
