#include "device/emulated/settings.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::device::emulated {
namespace {

std::string word_of(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

[[noreturn]] void refuse(const char* name, const std::string& value, const char* wanted) {
  throw BadOption(cat("environment: ", name, "=", value, " is not ", wanted));
}

/// A whole number with an optional K, M, G or T (binary multiples).
std::uint64_t number_of(const char* name, std::uint64_t otherwise, std::uint64_t least) {
  constexpr std::uint64_t most = std::uint64_t{1} << 44;
  const std::string text = word_of(name);
  if (text.empty()) { return otherwise; }
  std::size_t read = 0;
  std::uint64_t number = 0;
  try {
    number = std::stoull(text, &read);
  } catch (const std::exception&) { refuse(name, text, "a number"); }
  const std::string unit = text.substr(read);
  const std::size_t power = unit.empty() ? 0 : std::string_view("KMGT").find(unit[0]) + 1;
  const bool known = unit.empty() || (unit.size() == 1 && power > 0);
  if (text[0] == '-' || !known || number > most >> (10 * power) || number << (10 * power) < least) {
    refuse(name, text, "a valid number, for example 8 or 512M");
  }
  return number << (10 * power);
}

}  // namespace

Settings settings_from_environment() {
  Settings settings;
  settings.gpus = static_cast<int>(number_of("SRL_EMULATED_GPUS", 8, 0));
  settings.memory = number_of("SRL_EMULATED_MEMORY", std::uint64_t{1} << 30, 1 << 20);
  settings.seed = number_of("SRL_EMULATED_SEED", 1, 0);
  settings.protect = number_of("SRL_EMULATED_PROTECT", 1, 0) != 0;
  settings.driver = static_cast<int>(number_of("SRL_EMULATED_DRIVER", needed_driver, 0));
  const std::string order = word_of("SRL_EMULATED_ORDER");
  if (order == "eager") {
    settings.order = Order::eager;
  } else if (order == "laziest") {
    settings.order = Order::laziest;
  } else if (!order.empty() && order != "random") {
    refuse("SRL_EMULATED_ORDER", order, "eager, random or laziest");
  }
  return settings;
}

}  // namespace srl::device::emulated
