#include "analysis/page/clipped.hpp"

#include "base/strings.hpp"

namespace srl::analysis {

std::string clipped(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) { return std::string(text); }
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) { --end; }
  return cat(text.substr(0, end), " … (", text.size() - end, " more bytes)");
}

}  // namespace srl::analysis
