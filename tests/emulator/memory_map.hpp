#pragma once
// Which memory kernels may touch: allocations and pieces of arenas, each with its name. The checks
// (checks.cpp) and the address sanitizer hold kernels to it; while nothing is known all memory is allowed.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace srl::emulator {

void allow_memory(const void* begin, std::size_t bytes, const std::string& name);
/// The runtime itself may write to these bytes, until they are allowed or forbidden.
void open_memory(const void* begin, std::size_t bytes);
/// Everything that was allowed inside of these bytes no longer is.
void forbid_memory(const void* begin, std::size_t bytes);

struct AllowedMemory {
  std::size_t bytes = 0;
  std::string name;
};
const std::map<std::uintptr_t, AllowedMemory>& allowed_memory();  ///< by address

}  // namespace srl::emulator
