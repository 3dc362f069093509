#pragma once
// The memory that kernels may access: allocations and pieces of arenas, each with its name. The checks
// (checks.cpp) and the address sanitizer enforce it. If nothing is registered, all memory is allowed.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace srl::emulator {

void allow_memory(const void* begin, std::size_t bytes, const std::string& name);
/// Lets the runtime itself write to these bytes, until they are allowed or forbidden.
void open_memory(const void* begin, std::size_t bytes);
/// Forbids everything that was allowed inside of these bytes.
void forbid_memory(const void* begin, std::size_t bytes);

struct AllowedMemory {
  std::size_t bytes = 0;
  std::string name;
};
const std::map<std::uintptr_t, AllowedMemory>& allowed_memory();  ///< by address

}  // namespace srl::emulator
