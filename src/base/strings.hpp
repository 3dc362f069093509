#pragma once
// Small text formatting for messages (fmt itself stays inside .cpp files of this room: LibTorch ships another
// version).
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
/// value with a fixed number of digits after the point, e.g. fixed(0.5, 3) == "0.500".
std::string fixed(double value, int digits);
/// Bytes for people: "1.5 GiB". Seconds for people: "2 h 03 min", "12.3 s".
std::string human_bytes(double bytes);
std::string human_seconds(double seconds);
std::string zero_padded(long long value, int width);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);
std::string utc_now();  ///< "2026-01-02T03:04:05Z"

}  // namespace srl
