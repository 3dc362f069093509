#include "data_prep/split/blocks.hpp"

#include <algorithm>

#include "base/characters.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

int count_of(std::string_view line, std::string_view what) {
  int count = 0;
  for (std::size_t at = line.find(what); at != std::string_view::npos;
       at = line.find(what, at + what.size())) {
    ++count;
  }
  return count;
}

}  // namespace

void Blocks::feed(std::string_view line) {
  if (line.empty()) { return; }
  const unsigned char first = byte_of(line.front());
  const bool may_be_fence = first == '`' || first == '~' || first <= ' ' || first >= 0x80;
  const std::string_view stripped = may_be_fence ? python_strip(line) : line;
  if (stripped.starts_with("```") || stripped.starts_with("~~~")) {
    // A fence that closes on its own line ("```x```") opens nothing.
    if (count_of(stripped, "```") < 2) { fence_ = !fence_; }
    return;
  }
  if (fence_) { return; }
  if (count_of(line, "$$") % 2 == 1) { dollars_ = !dollars_; }
  if (line.find('\\') == std::string_view::npos) { return; }
  depth_ += count_of(line, "\\[") + count_of(line, "\\begin{");
  depth_ = std::max(0, depth_ - count_of(line, "\\]") - count_of(line, "\\end{"));
}

}  // namespace srl::data_prep
