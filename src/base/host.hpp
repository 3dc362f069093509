#pragma once
#include <string>

namespace srl {

/// This machine's name as the kernel knows it.
std::string host_name();

}  // namespace srl
