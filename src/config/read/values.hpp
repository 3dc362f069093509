#pragma once
// Converts the text of single option values to numbers and back. std::nullopt = the text has another form.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace srl::config {

std::optional<bool> parse_switch(std::string_view text);  ///< on off true false 1 0
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_number(std::string_view text);  ///< finite
std::optional<std::uint64_t> parse_bytes(
    std::string_view text);  ///< 512M, 1.5GiB, 4096: binary multiples K M G T
std::optional<double> parse_duration(
    std::string_view text);  ///< in seconds, from 90s, 15m, 2h, 1h30m, 1d or 45 (a plain number is seconds)

std::string print_number(double value);        ///< shortest text that reads back to the same double
std::string print_bytes(std::uint64_t value);  ///< exact: 512M, else plain bytes
std::string print_duration(double seconds);    ///< exact: 2h, 15m, 1.5s

}  // namespace srl::config
