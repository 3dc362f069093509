#pragma once
// MPI return codes as exceptions. Included only by this room's .cpp files.
#include <source_location>
#include <string_view>

namespace srl::comm {

/// Throws EnvironmentError with MPI's error message if `code` is not MPI_SUCCESS.
void check(int code, std::string_view what, std::source_location where = std::source_location::current());

}  // namespace srl::comm
