#pragma once
// The style of a page.
#include <string_view>

namespace srl::analysis {

extern const std::string_view page_style;

}  // namespace srl::analysis
