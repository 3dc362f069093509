#include "base/strings.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>

namespace srl {

std::string fixed(double value, int digits) {
  return fmt::format("{:.{}f}", value, digits);
}

std::string human_bytes(double bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  // 1023.95 and above would be printed as 1024.0 of the smaller unit.
  while (std::abs(bytes) >= 1023.95 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string human_seconds(double seconds) {
  if (!std::isfinite(seconds)) { return "unknown"; }
  if (seconds < 59.95) { return fmt::format("{:.1f} s", seconds); }
  const long long whole = std::llround(seconds);
  if (whole < 3600) { return fmt::format("{} min {:02} s", whole / 60, whole % 60); }
  if (whole < 86400) { return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60); }
  return fmt::format("{} d {:02} h", whole / 86400, whole % 86400 / 3600);
}

std::string zero_padded(long long value, int width) {
  return fmt::format("{:0{}}", value, width);
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) { return parts; }
    begin = end + 1;
  }
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

}  // namespace srl
