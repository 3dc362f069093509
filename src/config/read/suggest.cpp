#include "config/read/suggest.hpp"

#include <algorithm>
#include <limits>

namespace srl::config {

int edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<int> table((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return table[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) { at(i, 0) = static_cast<int>(i); }
  for (std::size_t j = 0; j <= b.size(); ++j) { at(0, j) = static_cast<int>(j); }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      at(i, j) =
          std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
      }
    }
  }
  return at(a.size(), b.size());
}

std::string plain_name(std::string name) {
  name.erase(0, name.find_first_not_of('+'));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Nearest nearest_name(std::string_view wrong, const std::vector<std::string>& valid) {
  Nearest best{"", std::numeric_limits<int>::max()};
  for (const std::string& name : valid) {
    int distance = edit_distance(wrong, name);
    const std::size_t dot = name.rfind('.');
    if (wrong.find('.') == std::string_view::npos && dot != std::string::npos) {
      distance = std::min(distance, edit_distance(wrong, std::string_view(name).substr(dot + 1)) + 1);
    }
    if (distance < best.distance) { best = {name, distance}; }
  }
  return best;
}

}  // namespace srl::config
