// Any two byte sequences (split at the first zero byte) as final answers: the comparison is symmetric, and
// each answer equals itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "grading/grading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view x = text.substr(0, text.find('\0')),
                         y = x.size() < text.size() ? text.substr(x.size() + 1) : x;
  const srl::grading::Verdict there = srl::grading::same_answer(x, y, {}),
                              back = srl::grading::same_answer(y, x, {});
  if (there.correct != back.correct || there.how != back.how) { std::abort(); }
  const srl::grading::Verdict self = srl::grading::same_answer(x, x, {});
  if (!self.correct && self.how != "no_answer") { std::abort(); }
  return 0;
}
