#pragma once
// Text formatting for messages. Only the .cpp files of this room include fmt, because LibTorch ships another
// version.
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace srl {

/// Concatenates everything that has operator<<.
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}
/// `value` with a fixed number of digits after the decimal point, e.g. fixed(0.5, 3) == "0.500".
std::string fixed(double value, int digits);
/// Human-readable bytes, "1.5 GiB", and seconds, "2 h 03 min" or "12.3 s".
std::string human_bytes(double bytes);
std::string human_seconds(double seconds);
std::string zero_padded(long long value, int width);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);
std::string utc_now();  ///< "2026-01-02T03:04:05Z"

}  // namespace srl
