#pragma once
// Numbers with nouns: "1 record", "2 records".
#include <concepts>
#include <string>
#include <string_view>

#include "base/strings.hpp"

namespace srl {

/// `noun` in the singular; its plural ends in s.
template <std::integral Count>
std::string counted(Count count, std::string_view noun) {
  return cat(count, " ", noun, count == 1 ? "" : "s");
}

/// "1 record is", "2 records are", "1 question has": the verb agrees with the count.
template <std::integral Count>
std::string counted(Count count, std::string_view noun, std::string_view one, std::string_view many) {
  return cat(counted(count, noun), " ", count == 1 ? one : many);
}

}  // namespace srl
