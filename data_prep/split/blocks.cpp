#include "data_prep/split/blocks.hpp"

#include <algorithm>

#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

std::size_t count_of(std::string_view line, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = line.find(what); at != std::string_view::npos;
       at = line.find(what, at + what.size())) {
    ++count;
  }
  return count;
}

}  // namespace

void Blocks::feed(std::string_view line) {
  if (line.empty()) { return; }
  const unsigned char first = static_cast<unsigned char>(line.front());
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
  depth_ += static_cast<int>(count_of(line, "\\[") + count_of(line, "\\begin{")) -
            static_cast<int>(count_of(line, "\\]") + count_of(line, "\\end{"));
  depth_ = std::max(depth_, 0);
}

}  // namespace srl::data_prep
