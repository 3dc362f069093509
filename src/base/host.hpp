#pragma once
#include <string>

namespace srl {

/// This machine's name, from uname(2).
std::string host_name();

}  // namespace srl
