#include "analysis/plot/plots.hpp"

#include "base/strings.hpp"

namespace srl::analysis {

Look look_of(std::size_t number) {
  return {static_cast<int>(number % look_colours), static_cast<int>(number / look_colours % look_dashes)};
}

std::string style_of(const Look& look) {
  return cat("line c", look.colour, look.dash > 0 ? cat(" d", look.dash) : "");
}

std::string legend(const std::vector<LegendEntry>& entries) {
  if (entries.empty()) { return ""; }
  std::string list = "<ul class=\"legend\">";
  for (const LegendEntry& entry : entries) {
    Svg sample(30, 10, "");
    sample.line({1, 5}, {29, 5}, style_of(entry.look));
    list += cat("<li>", sample.take(), "<span>", escaped(entry.label), "</span></li>\n");
  }
  return list + "</ul>\n";
}

}  // namespace srl::analysis
