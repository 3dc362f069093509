#pragma once
// Questions in the form in which they are compared.
#include <string>
#include <string_view>

namespace srl::text {

/// NFKC, lower case, white space collapsed to single spaces and trimmed.
std::string normalised_question(std::string_view question);

}  // namespace srl::text
