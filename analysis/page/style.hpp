#pragma once
// The style of a page.
#include <string_view>

namespace srl::analysis {

extern const std::string_view plot_style;  ///< of drawings, with the colours of everything
extern const std::string_view page_style;  ///< of what a page has beside them

}  // namespace srl::analysis
