#include "config/read/values.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace srl::config {
namespace {

/// Removes the longest number at the front of `text` and returns it.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  // from_chars accepts "inf" and "nan", which no option allows.
  if (text.empty() ||
      (text.front() != '-' && text.front() != '.' && (text.front() < '0' || text.front() > '9'))) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) { return std::nullopt; }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

std::optional<bool> parse_switch(std::string_view text) {
  if (text == "on" || text == "true" || text == "1") { return true; }
  if (text == "off" || text == "false" || text == "0") { return false; }
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) { return std::nullopt; }
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  const std::optional<double> value = take_number(text);
  return text.empty() ? value : std::nullopt;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  const std::optional<double> number = take_number(text);
  if (!number || *number < 0) { return std::nullopt; }
  double unit = 1;
  if (!text.empty()) {
    constexpr std::string_view letters = "KMGT";
    if (const std::size_t at = letters.find(text.front()); at != std::string_view::npos) {
      unit = std::ldexp(1.0, 10 * (static_cast<int>(at) + 1));
      text.remove_prefix(1);
      if (text != "" && text != "B" && text != "iB") { return std::nullopt; }
    } else if (text != "B") {
      return std::nullopt;
    }
  }
  const double bytes = *number * unit;
  if (bytes >= 0x1p63 || bytes != std::floor(bytes)) { return std::nullopt; }
  return static_cast<std::uint64_t>(bytes);
}

std::optional<double> parse_duration(std::string_view text) {
  double total = 0;
  for (bool first = true; first || !text.empty(); first = false) {
    const std::optional<double> number = take_number(text);
    if (!number || *number < 0) { return std::nullopt; }
    if (text.empty()) {
      return first ? number : std::nullopt;  // "45" is seconds, "1h30" is an error
    }
    switch (text.front()) {
      case 's': total += *number; break;
      case 'm': total += *number * 60; break;
      case 'h': total += *number * 3600; break;
      case 'd': total += *number * 86400; break;
      default: return std::nullopt;
    }
    text.remove_prefix(1);
  }
  return total;
}

std::string print_number(double value) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

std::string print_bytes(std::uint64_t value) {
  constexpr std::string_view letters = "TGMK";
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const unsigned shift = 40 - 10 * static_cast<unsigned>(i);
    if (value != 0 && (value >> shift) << shift == value) {
      return std::to_string(value >> shift) + letters[i];
    }
  }
  return std::to_string(value);
}

std::string print_duration(double seconds) {
  if (seconds > 0 && seconds == std::floor(seconds)) {
    if (std::fmod(seconds, 3600) == 0) { return print_number(seconds / 3600) + "h"; }
    if (std::fmod(seconds, 60) == 0) { return print_number(seconds / 60) + "m"; }
  }
  return print_number(seconds) + "s";
}

}  // namespace srl::config
