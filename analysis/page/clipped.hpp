#pragma once
// Long texts of examples, cut to a bounded length.
#include <string>
#include <string_view>

namespace srl::analysis {

/// The text, or its first `bytes` bytes (never half a character) with a remark that says how much is missing.
std::string clipped(std::string_view text, std::size_t bytes);

}  // namespace srl::analysis
