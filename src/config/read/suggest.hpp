#pragma once
// The nearest valid name of a mistyped option.
#include <string>
#include <string_view>
#include <vector>

namespace srl::config {

/// Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours count one
/// each.
int edit_distance(std::string_view a, std::string_view b);

/// Our spelling of a name from another program: underscores for dashes, without Hydra's leading plus signs.
std::string plain_name(std::string name);

struct Nearest {
  std::string name;  ///< empty only when there are no names
  int distance = 0;
};
/// A name without a section is also compared with the last parts of the valid names: `temperature` finds
/// sampling.temperature.
Nearest nearest_name(std::string_view wrong, const std::vector<std::string>& valid);

}  // namespace srl::config
