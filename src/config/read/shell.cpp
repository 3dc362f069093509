#include "config/shell.hpp"

namespace srl {

std::string shell_quoted(std::string_view argument) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
  if (!argument.empty() && argument.find_first_not_of(plain) == std::string_view::npos) {
    return std::string(argument);
  }
  std::string quoted = "'";
  for (const char c : argument) {
    if (c == '\'') {
      quoted += "'\\''";  // ends the quotes, a quote by itself, opens them again
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace srl
